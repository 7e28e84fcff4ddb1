import * as vscode from 'vscode';
import { memoryItem } from './memoryItem';
import type { MemoryNode, MemoryTree } from './memoryTree';

/** Hands the tree to VS Code, a folder at a time as the user opens it. */
export class MemoryTreeData implements vscode.TreeDataProvider<MemoryNode>, vscode.Disposable {
  readonly #changes = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changes.event;
  #tree: MemoryTree | undefined;

  constructor(private readonly isCompressing: (path: string) => boolean) {}

  /** Shows another tree, or none. */
  show(tree: MemoryTree | undefined): void {
    this.#tree = tree;
    this.refresh();
  }

  /** Draws the rows anew: the state of a file changes when a compression begins or ends. */
  refresh(): void {
    this.#changes.fire(undefined);
  }

  /** The node of a file or folder, if the tree has it. */
  nodeAt(path: string): MemoryNode | undefined {
    return this.#tree?.nodes.get(path);
  }

  getChildren(node?: MemoryNode): MemoryNode[] {
    if (node === undefined) {
      return [...(this.#tree?.top ?? [])];
    }
    return node.kind === 'folder' ? [...node.children] : [];
  }

  getTreeItem(node: MemoryNode): vscode.TreeItem {
    return memoryItem(node, this.isCompressing);
  }

  getParent(node: MemoryNode): MemoryNode | undefined {
    const { parent } = node;
    // The only folder of a workspace has no row: what is in it stands at the top.
    return parent !== undefined && this.#tree?.top.includes(node) === true ? undefined : parent;
  }

  dispose(): void {
    this.#changes.dispose();
  }
}
