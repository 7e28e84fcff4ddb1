import { fuzzyScore } from '../../common/fuzzy';

/** A file that could be attached. */
export interface KnownFile {
  readonly path: string;
  readonly name: string;
  /** Relative to the workspace, with `/`. */
  readonly displayPath: string;
}

/**
 * The files that match what was typed of their name or path, best first. Equals, and all files when nothing was typed, come in the order of
 * `preferred` (paths; open and recent ones), then by path.
 */
export function rankFiles(files: readonly KnownFile[], query: string, preferred: readonly string[], limit: number): KnownFile[] {
  const place = new Map(preferred.map((path, index) => [path, index]));
  const placeOf = (file: KnownFile): number => place.get(file.path) ?? preferred.length;
  return files
    .flatMap(file => {
      const score = scoreOf(file, query);
      // An open file is meant more often than one that matches a little better.
      return score === undefined ? [] : [{ file, score: score + (place.has(file.path) ? 0.15 : 0) }];
    })
    .sort((a, b) => b.score - a.score || placeOf(a.file) - placeOf(b.file) || compare(a.file.displayPath, b.file.displayPath))
    .slice(0, limit)
    .map(({ file }) => file);
}

/** The name counts more than the folders before it. */
function scoreOf(file: KnownFile, query: string): number | undefined {
  const name = query.includes('/') ? undefined : fuzzyScore(query, file.name);
  const whole = fuzzyScore(query, file.displayPath);
  return name === undefined ? whole : Math.max(1 + name, whole ?? 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
