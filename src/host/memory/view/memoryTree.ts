import path from 'node:path';
import type { FileMemory, FileRule, MemoryList, SkippedFile, WorkspaceRoot } from '../../../common/workspace';

/** What the files of a folder, and of the folders in it, come to. */
export interface Sums {
  /** Files that can be compressed. */
  readonly files: number;
  readonly compressed: number;
  readonly stale: number;
  readonly tokens: number;
  readonly slots: number;
  readonly slotBytes: number;
  /** Tokens of the compressed files alone, and their slots: what a ratio is made of. */
  readonly compressedTokens: number;
  readonly compressedSlots: number;
}

export interface FolderNode {
  readonly kind: 'folder';
  readonly path: string;
  readonly name: string;
  readonly parent: FolderNode | undefined;
  /** Folders first, by name, as the Explorer has them. */
  readonly children: readonly MemoryNode[];
  readonly sums: Sums;
  /** True when the user pinned this folder itself. */
  readonly pinned: boolean;
}

export interface FileNode {
  readonly kind: 'file';
  readonly path: string;
  readonly name: string;
  readonly parent: FolderNode | undefined;
  readonly memory: FileMemory;
}

/** A file or folder that is left out, and why. */
export interface SkippedNode {
  readonly kind: 'skipped';
  readonly path: string;
  readonly name: string;
  readonly parent: FolderNode | undefined;
  readonly skipped: SkippedFile;
}

export type MemoryNode = FolderNode | FileNode | SkippedNode;

/** Everything that the view shows. */
export interface MemoryTree {
  /** The folders of the workspace, or what is in the only one. */
  readonly top: readonly MemoryNode[];
  readonly sums: Sums;
  /** Files and folders by path. */
  readonly nodes: ReadonlyMap<string, MemoryNode>;
}

const none: Sums = { files: 0, compressed: 0, stale: 0, tokens: 0, slots: 0, slotBytes: 0, compressedTokens: 0, compressedSlots: 0 };

/** A folder while the tree is made. */
interface Draft {
  readonly kind: 'folder';
  readonly path: string;
  readonly name: string;
  readonly parent: Draft | undefined;
  readonly pinned: boolean;
  children: MemoryNode[];
  sums: Sums;
}

/** Makes the tree of a list, in one pass over it. */
export function memoryTree(list: MemoryList, roots: readonly WorkspaceRoot[], rules: readonly FileRule[]): MemoryTree {
  const pinned = new Set(rules.filter(rule => rule.pinned === true).map(rule => rule.path));
  const folders = new Map<string, Draft>();
  const nodes = new Map<string, MemoryNode>();
  const addFolder = (folder: string, name: string, parent: Draft | undefined): Draft => {
    const draft: Draft = { kind: 'folder', path: folder, name, parent, pinned: pinned.has(folder), children: [], sums: none };
    folders.set(folder, draft);
    nodes.set(folder, draft);
    parent?.children.push(draft);
    return draft;
  };
  // A root inside another root stands beside it, as the engine lists it.
  const drafts = roots.map(root => addFolder(path.resolve(root.path), root.name, undefined));
  const folderAt = (folder: string): Draft | undefined => {
    const known = folders.get(folder);
    const above = path.dirname(folder);
    if (known !== undefined || above === folder) {
      return known;
    }
    const parent = folderAt(above);
    return parent === undefined ? undefined : addFolder(folder, path.basename(folder), parent);
  };
  const add = (node: MemoryNode, parent: Draft): void => {
    parent.children.push(node);
    nodes.set(node.path, node);
  };
  for (const memory of list.files) {
    const parent = folderAt(path.dirname(memory.path));
    if (parent !== undefined) {
      add({ kind: 'file', path: memory.path, name: path.basename(memory.path), parent, memory }, parent);
    }
  }
  for (const skipped of list.skipped) {
    const parent = folderAt(path.dirname(skipped.path));
    // A folder of the workspace that can't be read is its own entry already.
    if (parent !== undefined && !nodes.has(skipped.path)) {
      add({ kind: 'skipped', path: skipped.path, name: path.basename(skipped.path), parent, skipped }, parent);
    }
  }
  // A folder is made after the one that it is in, so the innermost come first.
  [...folders.values()].toReversed().forEach(finish);
  const [only] = drafts;
  return { top: drafts.length === 1 && only !== undefined ? only.children : drafts, sums: drafts.map(draft => draft.sums).reduce(plus, none), nodes };
}

const byName = new Intl.Collator(undefined, { numeric: true });

/** Sorts what is in a folder and adds it up; the folders in it are finished. */
function finish(folder: Draft): void {
  folder.children.sort((a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || byName.compare(a.name, b.name));
  folder.sums = folder.children.map(sumsOf).reduce(plus, none);
}

function sumsOf(node: MemoryNode): Sums {
  switch (node.kind) {
    case 'folder':
      return node.sums;
    case 'file': {
      const { state, tokens, slots, slotBytes } = node.memory;
      const compressed = state === 'compressed';
      return {
        files: 1,
        compressed: compressed ? 1 : 0,
        stale: state === 'stale' ? 1 : 0,
        tokens,
        slots,
        slotBytes,
        compressedTokens: compressed ? tokens : 0,
        compressedSlots: compressed ? slots : 0,
      };
    }
    case 'skipped':
      return none;
  }
}

function plus(a: Sums, b: Sums): Sums {
  return {
    files: a.files + b.files,
    compressed: a.compressed + b.compressed,
    stale: a.stale + b.stale,
    tokens: a.tokens + b.tokens,
    slots: a.slots + b.slots,
    slotBytes: a.slotBytes + b.slotBytes,
    compressedTokens: a.compressedTokens + b.compressedTokens,
    compressedSlots: a.compressedSlots + b.compressedSlots,
  };
}
