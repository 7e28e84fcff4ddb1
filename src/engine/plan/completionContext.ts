import type { Ratio } from '../../common/bundle';
import type { SlotFile } from './fillInMiddle';
import { scoreFiles } from './relevance';
import type { SlotFrame } from './slotFrame';
import type { WindowTerms } from './terms';

/** A window that may stand before what is completed. */
export interface ContextWindow {
  readonly hash: string;
  readonly terms: WindowTerms;
}

export interface ContextFile<W extends ContextWindow> {
  readonly displayPath: string;
  readonly windows: readonly W[];
}

/** The slots of a window that are in memory. */
export interface KnownSlots {
  readonly ratio: Ratio;
  readonly slotCount: number;
}

export interface CompletionContextRequest<F> {
  readonly files: readonly F[];
  /** What the windows should be about. */
  readonly query: string;
  /** Decoder positions for all of it. */
  readonly budget: number;
  readonly headerPositions: (displayPath: string) => number;
  readonly frame: SlotFrame;
  /** The slots of a window; undefined for one that is not in memory. */
  readonly known: (window: ContextWindow) => KnownSlots | undefined;
}

/** Windows beyond these are not looked up: they are hardly relevant, and the user waits. */
const mostLookedUp = 64;

/**
 * Chooses the windows that are most about the query and in memory, as far as they fit. A completion encodes nothing: it has to be there
 * before the next key. Files and their windows stand in their own order, so that the prompt begins as before while the choice is the same.
 */
export function completionContext<W extends ContextWindow, F extends ContextFile<W>>(request: CompletionContextRequest<F>): readonly (SlotFile & { readonly file: F })[] {
  const { files, query, headerPositions, frame, known } = request;
  const scores = scoreFiles(files, query);
  const ranked = files
    .flatMap((file, i) => file.windows.map((window, j) => ({ file, window, score: scores[i]?.windows[j] ?? 0 })))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, mostLookedUp);
  const chosen = new Map<string, KnownSlots>();
  const opened = new Set<F>();
  let left = request.budget;
  for (const { file, window } of ranked) {
    const slots = chosen.has(window.hash) ? undefined : known(window);
    if (slots === undefined) {
      continue;
    }
    const positions = frame.before.length + slots.slotCount + frame.after.length + (opened.has(file) ? 0 : headerPositions(file.displayPath) + frame.run.length);
    if (positions <= left) {
      left -= positions;
      opened.add(file);
      chosen.set(window.hash, slots);
    }
  }
  return files
    .filter(file => opened.has(file))
    .map(file => ({
      file,
      displayPath: file.displayPath,
      windows: file.windows.flatMap(({ hash }) => {
        const slots = chosen.get(hash);
        // Equal windows of several files stand once, in the first.
        chosen.delete(hash);
        return slots === undefined ? [] : [{ hash, ...slots }];
      }),
    }))
    .filter(({ windows }) => windows.length > 0);
}
