import { ShorthandError } from '../../common/errors';
import type { WorkspaceRoot } from '../../common/workspace';
import type { EngineParts } from '../../engine/service/engineParts';
import { isIndexed, listCandidates, type IndexedWindow } from '../../engine/service/workspaceIndex';
import { scanWorkspace } from '../../scan/scanWorkspace';

/** Every window of the folders, in the order of the scan. Errors: `nothing-to-read`. */
export async function readWindows(parts: EngineParts, roots: readonly WorkspaceRoot[], signal: AbortSignal): Promise<readonly IndexedWindow[]> {
  const { candidates } = await listCandidates(scanWorkspace(roots, { signal }));
  const windows: IndexedWindow[] = [];
  for (const candidate of candidates) {
    const file = await parts.index.read(candidate, signal);
    if (isIndexed(file)) {
      windows.push(...file.windows);
    }
  }
  if (windows.length === 0) {
    throw new ShorthandError('nothing-to-read', 'The folder holds no text to measure with.');
  }
  return windows;
}

/** Windows in order until they hold at most `tokens` tokens; smaller ones fill the rest. */
export function takeTokens(windows: readonly IndexedWindow[], tokens: number): readonly IndexedWindow[] {
  const taken: IndexedWindow[] = [];
  let left = tokens;
  for (const window of windows) {
    if (window.tokenCount <= left) {
      taken.push(window);
      left -= window.tokenCount;
    }
  }
  return taken;
}

export function countTokens(windows: readonly IndexedWindow[]): number {
  return windows.reduce((sum, window) => sum + window.tokenCount, 0);
}
