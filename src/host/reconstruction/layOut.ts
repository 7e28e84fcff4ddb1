import type { WindowMemory } from '../../common/workspace';

/** A window of a file and where its reconstruction stands in the virtual document. */
export interface PlacedWindow {
  readonly window: WindowMemory;
  /** Counts from 1. */
  readonly number: number;
  /** Line of the virtual document, from 0. */
  readonly startLine: number;
  readonly endLine: number;
}

/**
 * Puts the reconstructed windows one after the other. Each begins at its line in the file, or as soon after it as the ones before it allow, so
 * that both sides of the diff editor show the same window side by side.
 */
export function layOut(windows: readonly WindowMemory[]): { readonly text: string; readonly placed: readonly PlacedWindow[] } {
  const lines: string[] = [];
  const placed = windows.map((window, index): PlacedWindow => {
    while (lines.length < window.firstLine - 1) {
      lines.push('');
    }
    const startLine = lines.length;
    lines.push(...window.text.replace(/\r?\n$/, '').split(/\r?\n/));
    return { window, number: index + 1, startLine, endLine: lines.length - 1 };
  });
  return { text: lines.join('\n'), placed };
}
