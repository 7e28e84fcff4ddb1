import type { EngineParts } from './engineParts';
import type { IndexedWindow } from './workspaceIndex';

const counted = new WeakMap<IndexedWindow, number>();

/**
 * Decoder positions of a window as text. It is counted anew, once, where the windows are cut with another tokenizer than the decoder's.
 * `tokenCount` is the window's own count.
 */
export function textPositions({ tokenizer, cutter }: Pick<EngineParts, 'tokenizer' | 'cutter'>, window: IndexedWindow | undefined, tokenCount: number): number {
  if (window === undefined || cutter.tokenizer === tokenizer) {
    return tokenCount;
  }
  const known = counted.get(window) ?? tokenizer.encode(window.text).length;
  counted.set(window, known);
  return known;
}
