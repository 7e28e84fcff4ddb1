import type { FileMemory } from '../../../src/common/workspace';

/** A file of 80 tokens in /w, compressed. */
export function fileMemory(path: string, overrides: Partial<FileMemory> = {}): FileMemory {
  return { path, displayPath: path.replace('/w/', ''), root: '/w', state: 'compressed', ratio: 8, pinned: false, tokens: 80, windows: 1, windowsKnown: 1, slots: 10, slotBytes: 1000, ...overrides };
}
