import type { MapFile } from '../../src/common/mapProtocol';
import { squarify, type Rect } from './squarify';
import type { FolderNode, MapNode } from './tree';

/** Height of the bar with a folder's name. */
const barHeight = 18;
const gap = 2;
/** A tile smaller than this can be neither read nor hit. */
const smallestArea = 180;
/** A folder smaller than this shows nothing of what is in it. */
const smallestFolder = { width: 56, height: 46 };

/** What is drawn and can be reached: a file, a folder's bar, a folder too small to look into, or files too small to tell apart. */
export interface Tile {
  readonly kind: 'file' | 'folder' | 'closed-folder' | 'more';
  readonly key: string;
  readonly name: string;
  /** Depth under the folder that is shown, from 1. */
  readonly level: number;
  readonly rect: Rect;
  /** Where the keyboard and the mouse find it: for a folder that shows its files only its bar. */
  readonly target: Rect;
  readonly files: readonly MapFile[];
  /** Of the folder that a click goes into. */
  readonly folderKey: string;
}

/** Lays out a folder in depth-first order: a folder before what is in it. */
export function layOutMap(folder: FolderNode, within: Rect): readonly Tile[] {
  return children(folder, within, 1);
}

function children(folder: FolderNode, within: Rect, level: number): Tile[] {
  const scale = (within.width * within.height) / Math.max(1, folder.weight);
  const firstSmall = folder.children.findIndex(child => child.weight * scale < smallestArea);
  // A single small tile is as good as one that says "1 more file".
  const shownCount = firstSmall === -1 || firstSmall >= folder.children.length - 1 ? folder.children.length : firstSmall;
  const shown = folder.children.slice(0, shownCount);
  const more = folder.children.slice(shownCount);
  const moreWeight = more.reduce((sum, child) => sum + child.weight, 0);
  // The sum of the small ones may be greater than some that are shown.
  const parts = [...shown.map(node => ({ node, weight: node.weight })), ...(more.length > 0 ? [{ node: undefined, weight: moreWeight }] : [])].sort((a, b) => b.weight - a.weight);
  const rects = squarify(parts.map(({ weight }) => weight), within);
  return parts.flatMap(({ node }, index) => {
    const rect = inset(rects[index] ?? { ...within, width: 0, height: 0 });
    return node === undefined ? [moreTile(folder, more, rect, level)] : tiles(node, rect, level, folder.key);
  });
}

function tiles(node: MapNode, rect: Rect, level: number, parentKey: string): Tile[] {
  if (node.kind === 'file') {
    return [{ kind: 'file', key: node.key, name: node.name, level, rect, target: rect, files: [node.file], folderKey: parentKey }];
  }
  const common = { key: node.key, name: node.name, level, rect, files: node.files, folderKey: node.key };
  if (rect.width < smallestFolder.width || rect.height < smallestFolder.height) {
    return [{ ...common, kind: 'closed-folder', target: rect }];
  }
  const target = { ...rect, height: barHeight };
  const inside = { x: rect.x + gap, y: rect.y + barHeight, width: rect.width - 2 * gap, height: rect.height - barHeight - gap };
  return [{ ...common, kind: 'folder', target }, ...children(node, inside, level + 1)];
}

function moreTile(folder: FolderNode, nodes: readonly MapNode[], rect: Rect, level: number): Tile {
  const files = nodes.flatMap(node => (node.kind === 'file' ? [node.file] : node.files));
  // A path has no NUL in it.
  return { kind: 'more', key: `${folder.key}\0more`, name: '', level, rect, target: rect, files, folderKey: folder.key };
}

function inset({ x, y, width, height }: Rect): Rect {
  return { x: x + gap / 2, y: y + gap / 2, width: Math.max(0, width - gap), height: Math.max(0, height - gap) };
}
