import type { MapFile } from '../../src/common/mapProtocol';

export interface FileNode {
  readonly kind: 'file';
  readonly key: string;
  readonly name: string;
  readonly weight: number;
  readonly file: MapFile;
}

export interface FolderNode {
  readonly kind: 'folder';
  /** Its path as the user sees it; empty for the whole workspace. */
  readonly key: string;
  readonly name: string;
  readonly weight: number;
  /** The heaviest first. */
  readonly children: readonly MapNode[];
  readonly files: readonly MapFile[];
}

export type MapNode = FileNode | FolderNode;

/**
 * The folders and files of the workspace. A folder that holds one folder and nothing else is one node with it: each would cost a frame. The
 * root stays as it is, since it bears the name of the workspace.
 */
export function buildTree(files: readonly MapFile[], name: string): FolderNode {
  return folder('', name, files.map(file => ({ file, parts: file.displayPath.split('/') })), 0);
}

/** The folders from the root down to the one with a key, or to the last one on the way there that still exists. */
export function pathTo(root: FolderNode, key: string): readonly [FolderNode, ...FolderNode[]] {
  const next = root.children.find((child): child is FolderNode => child.kind === 'folder' && (child.key === key || key.startsWith(`${child.key}/`)));
  return root.key === key || next === undefined ? [root] : [root, ...pathTo(next, key)];
}

interface Entry {
  readonly file: MapFile;
  readonly parts: readonly string[];
}

function folder(key: string, name: string, entries: readonly Entry[], depth: number): FolderNode {
  const groups = Map.groupBy(entries, ({ parts }) => (parts.length > depth + 1 ? (parts[depth] ?? '') : undefined));
  const children: MapNode[] = (groups.get(undefined) ?? []).map(({ file, parts }) => fileNode(file, parts.at(-1) ?? file.displayPath));
  for (const [part, inner] of groups) {
    if (part !== undefined) {
      children.push(merged(folder(key === '' ? part : `${key}/${part}`, part, inner, depth + 1)));
    }
  }
  children.sort((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1));
  return { kind: 'folder', key, name, weight: sum(children), children, files: entries.map(({ file }) => file) };
}

function merged(node: FolderNode): FolderNode {
  const [only] = node.children;
  return node.children.length === 1 && only?.kind === 'folder' ? { ...only, name: `${node.name}/${only.name}` } : node;
}

function fileNode(file: MapFile, name: string): FileNode {
  return { kind: 'file', key: file.displayPath, name, weight: Math.max(1, file.tokens), file };
}

function sum(nodes: readonly MapNode[]): number {
  return nodes.reduce((total, node) => total + node.weight, 0);
}
