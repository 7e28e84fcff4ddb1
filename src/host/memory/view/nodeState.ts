import { assertNever } from '../../../common/assertNever';
import type { MemoryNode } from './memoryTree';

/** How a row of the view looks. */
export type NodeState = 'folder' | 'compressed' | 'stale' | 'none' | 'compressing' | 'skipped' | 'excluded';

/** The state of a row; `isCompressing` tells whether a compression works on a file at the moment. */
export function stateOf(node: MemoryNode, isCompressing: (path: string) => boolean): NodeState {
  switch (node.kind) {
    case 'folder':
      return 'folder';
    case 'skipped':
      return node.skipped.reason === 'excluded' ? 'excluded' : 'skipped';
    case 'file':
      return node.memory.state !== 'compressed' && isCompressing(node.path) ? 'compressing' : node.memory.state;
    default:
      return assertNever(node);
  }
}

/** True for a file that the user pinned, or whose folder they pinned, and for such a folder. */
export function isPinned(node: MemoryNode): boolean {
  return node.kind === 'file' ? node.memory.pinned : node.kind === 'folder' && node.pinned;
}

/** True when the icon is a pin. It says more than "compressed" or "folder"; every other state is worth its own sign. */
export function isPinShown(node: MemoryNode, state: NodeState): boolean {
  return isPinned(node) && (state === 'compressed' || state === 'folder');
}

/** What `when` clauses of the menus match: words, each with spaces around it. */
export function contextValueOf(node: MemoryNode, state: NodeState): string {
  const words = [node.kind, ...(state === 'folder' ? [] : [state]), isPinned(node) ? 'pinned' : 'unpinned'];
  return ` ${[...new Set(words)].join(' ')} `;
}
