import path from 'node:path';
import * as vscode from 'vscode';
import { memoryItem } from './memoryItem';
import type { MemoryNode, MemoryTree } from './memoryTree';

/** What VS Code knows a row by: one object a path, for as long as the view lives. */
export interface MemoryRow {
  readonly path: string;
}

/**
 * Hands the tree to VS Code, a folder at a time as the user opens it. Only rows that look different are drawn anew: while VS Code asks for all of
 * them again it knows none, and what was chosen in a row's menu just then would be for nothing.
 */
export class MemoryTreeData implements vscode.TreeDataProvider<MemoryRow>, vscode.Disposable {
  readonly #changes = new vscode.EventEmitter<MemoryRow[] | undefined>();
  readonly onDidChangeTreeData = this.#changes.event;
  readonly #rows = new Map<string, MemoryRow>();
  #tree: MemoryTree | undefined;
  /** What each row was drawn from, by path. */
  #drawn: ReadonlyMap<string, string> = new Map();

  constructor(private readonly isCompressing: (path: string) => boolean) {}

  /** Shows another tree, or none. */
  show(tree: MemoryTree | undefined): void {
    const before = this.#tree;
    this.#tree = tree;
    if (before !== undefined && tree !== undefined && namesOf(before.top) === namesOf(tree.top)) {
      this.refresh();
      return;
    }
    this.#drawn = this.#drawings();
    this.#forgetRows();
    this.#changes.fire(undefined);
  }

  /** Draws rows anew that have changed: the state of a file does when a compression begins or ends. */
  refresh(): void {
    const before = this.#drawn;
    this.#drawn = this.#drawings();
    const changed = [...this.#drawn].filter(([key, drawing]) => before.get(key) !== drawing).map(([key]) => this.#row(key));
    this.#forgetRows();
    if (changed.length > 0) {
      this.#changes.fire(changed);
    }
  }

  /** The row of a file or folder, if the tree has it. */
  rowAt(key: string): MemoryRow | undefined {
    return this.#tree?.nodes.has(key) === true ? this.#row(key) : undefined;
  }

  getChildren(row?: MemoryRow): MemoryRow[] {
    if (row === undefined) {
      return (this.#tree?.top ?? []).map(node => this.#row(node.path));
    }
    const node = this.#tree?.nodes.get(row.path);
    return node?.kind === 'folder' ? node.children.map(child => this.#row(child.path)) : [];
  }

  getTreeItem(row: MemoryRow): vscode.TreeItem {
    const node = this.#tree?.nodes.get(row.path);
    // One that has just gone is asked for no more after the next change.
    return node === undefined ? new vscode.TreeItem(path.basename(row.path)) : memoryItem(node, this.isCompressing);
  }

  getParent(row: MemoryRow): MemoryRow | undefined {
    const node = this.#tree?.nodes.get(row.path);
    // The only folder of a workspace has no row: what is in it stands at the top.
    return node?.parent === undefined || this.#tree?.top.includes(node) === true ? undefined : this.#row(node.parent.path);
  }

  dispose(): void {
    this.#changes.dispose();
  }

  #row(key: string): MemoryRow {
    const known = this.#rows.get(key) ?? { path: key };
    this.#rows.set(key, known);
    return known;
  }

  #forgetRows(): void {
    for (const key of this.#rows.keys()) {
      if (!this.#drawn.has(key)) {
        this.#rows.delete(key);
      }
    }
  }

  #drawings(): ReadonlyMap<string, string> {
    return new Map([...(this.#tree?.nodes ?? [])].map(([key, node]) => [key, this.#drawing(node)]));
  }

  /** All that a row's looks, and for a folder what is in it, depend on. */
  #drawing(node: MemoryNode): string {
    switch (node.kind) {
      case 'folder':
        return JSON.stringify([node.name, node.pinned, node.sums, namesOf(node.children)]);
      case 'file':
        return JSON.stringify([node.memory, this.isCompressing(node.path)]);
      case 'skipped':
        return JSON.stringify(node.skipped);
    }
  }
}

/** What is in a folder, as one text. */
function namesOf(nodes: readonly MemoryNode[]): string {
  return nodes.map(node => `${node.kind} ${node.path}`).join('\n');
}
