import type { PlanFile, PlanWindow } from './plan';
import { policy } from './policy';
import type { Relevance } from './relevance';

export interface RankedWindow {
  readonly file: PlanFile;
  readonly window: PlanWindow;
}

/** How well a window matches by its words and those of its path: a question that names a file wants its windows. */
export function lexicalScore(relevance: Relevance | undefined, window: number): number {
  return (relevance?.windows[window] ?? 0) + (relevance?.path ?? 0);
}

/**
 * Windows by how well they match a question, best first: by BM25, equals by the similarity of their slots; then, where words found too little, the
 * windows whose slots are similar enough. Equals stand by path and line.
 *
 * Words decide because they know more: of 213 comments in 8 repositories (some 700 windows each), taken out of the code that they describe and asked
 * as questions, BM25 found 50 % among the first five windows, the bundle's slots 4 %; reciprocal rank fusion of equal weights found 14 %,
 * this order 50 %.
 */
export function rankWindows(files: readonly PlanFile[], relevance: readonly Relevance[], similarity: ReadonlyMap<string, number>): readonly RankedWindow[] {
  return files
    .flatMap((file, i) => file.windows.map((window, j) => ({ file, window, lexical: lexicalScore(relevance[i], j), similar: similarity.get(window.hash) ?? 0 })))
    .filter(({ lexical, similar }) => lexical > 0 || similar >= policy.leastSimilarity)
    .sort(
      (a, b) =>
        b.lexical - a.lexical ||
        b.similar - a.similar ||
        (a.file.displayPath < b.file.displayPath ? -1 : a.file.displayPath > b.file.displayPath ? 1 : 0) ||
        a.window.firstLine - b.window.firstLine,
    );
}
