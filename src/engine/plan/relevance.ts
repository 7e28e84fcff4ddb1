import { questionTerms, splitTerms, termCount, termHash, type WindowTerms } from './terms';

/** What relevance is computed from. */
export interface ScoredFile {
  readonly displayPath: string;
  readonly windows: readonly { readonly terms: WindowTerms }[];
}

/** How well a file and each of its windows match a question. 0 means not at all. */
export interface Relevance {
  readonly file: number;
  /** The text of each window. */
  readonly windows: readonly number[];
  /** The part of `file` that its path gives by terms that few paths have: an extension names no file. */
  readonly path: number;
}

// BM25's usual constants: Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009.
const k1 = 1.2;
const b = 0.75;
/** A term in a file's name counts like several in its text; one in a folder's name, which many files share, like one. */
const nameWeight = 3;
const folderWeight = 1;
/** A term that more of the paths have than this says nothing about one of them. */
const commonShare = 1 / 4;

/**
 * BM25 of every window, as documents of one collection. A file scores the best window of each term, summed, so that windows may answer different
 * parts of a question, and the terms of its path.
 */
export function scoreFiles(files: readonly ScoredFile[], question: string): readonly Relevance[] {
  const terms = questionTerms(question);
  const hashes = terms.map(termHash);
  const windows = files.flatMap(file => file.windows);
  const meanLength = Math.max(1, windows.reduce((sum, { terms: { total } }) => sum + total, 0) / Math.max(1, windows.length));
  const rarity = hashes.map(hash => inverseFrequency(windows.length, count(windows, ({ terms: known }) => termCount(known, hash) > 0)));
  const paths = files.map(file => pathTerms(file.displayPath));
  const pathCounts = terms.map(term => count(paths, path => path.has(term)));
  const pathRarity = pathCounts.map(found => inverseFrequency(files.length, found));
  const telling = pathCounts.map(found => found <= files.length * commonShare);

  return files.map((file, i) => {
    const best = new Float64Array(terms.length);
    const scores = file.windows.map(({ terms: known }) => {
      let score = 0;
      for (const [t, hash] of hashes.entries()) {
        const frequency = termCount(known, hash);
        const part = ((rarity[t] ?? 0) * frequency * (k1 + 1)) / (frequency + k1 * (1 - b + (b * known.total) / meanLength));
        best[t] = Math.max(best[t] ?? 0, part);
        score += part;
      }
      return score;
    });
    const byText = best.reduce((sum, part) => sum + part, 0);
    const byTerm = terms.map((term, t) => (paths[i]?.get(term) ?? 0) * (pathRarity[t] ?? 0));
    const byPath = byTerm.reduce((sum, part) => sum + part, 0);
    const path = byTerm.reduce((sum, part, t) => sum + (telling[t] === true ? part : 0), 0);
    return { file: byText + byPath, windows: scores, path };
  });
}

/** The terms of a path and what each weighs. */
function pathTerms(displayPath: string): ReadonlyMap<string, number> {
  const slash = displayPath.lastIndexOf('/');
  const weights = new Map<string, number>();
  for (const term of splitTerms(displayPath.slice(0, slash + 1))) {
    weights.set(term, folderWeight);
  }
  for (const term of splitTerms(displayPath.slice(slash + 1))) {
    weights.set(term, nameWeight);
  }
  return weights;
}

/** How much a term tells that `found` of `total` documents have; always positive. */
function inverseFrequency(total: number, found: number): number {
  return Math.log(1 + (total - found + 0.5) / (found + 0.5));
}

function count<T>(items: readonly T[], test: (item: T) => boolean): number {
  return items.reduce((sum, item) => sum + (test(item) ? 1 : 0), 0);
}
