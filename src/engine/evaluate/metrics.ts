/** Figures about texts, the same as those of `training/shorthand_training/metrics.py`: a test holds the two together. */

/** Runs of letters, digits and underscores, and every other visible character by itself. */
export function codeTokens(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]/gu) ?? [];
}

function counted(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

/** How many of the values are in both, each as often as in the one that has fewer. */
function shared(left: readonly string[], right: readonly string[]): number {
  const counts = counted(right);
  return [...counted(left)].reduce((sum, [value, count]) => sum + Math.min(count, counts.get(value) ?? 0), 0);
}

function runsOf(tokens: readonly string[], length: number): readonly string[] {
  return tokens.slice(length - 1).map((_, index) => tokens.slice(index, index + length).join('\n'));
}

/** Sentence BLEU-4 on code tokens, add-one smoothing above single ones; 0 to 100. */
export function bleu4(reference: string, guess: string): number {
  const wanted = codeTokens(reference);
  const found = codeTokens(guess);
  if (wanted.length === 0 || shared(wanted, found) === 0) {
    return 0;
  }
  const logs = [1, 2, 3, 4].map(length => {
    const runs = runsOf(found, length);
    const extra = length === 1 ? 0 : 1;
    return Math.log((shared(runsOf(wanted, length), runs) + extra) / (runs.length + extra));
  });
  const brevity = Math.min(0, 1 - wanted.length / found.length);
  return 100 * Math.exp(brevity + logs.reduce((sum, log) => sum + log, 0) / 4);
}

/** Edit distance of two texts in characters. */
export function levenshtein(left: string, right: string): number {
  const columns = Array.from(right);
  let row = columns.map((_, index) => index + 1);
  Array.from(left).forEach((character, index) => {
    let diagonal = index;
    let before = index + 1;
    row = row.map((above, column) => {
      const value = Math.min(above + 1, before + 1, diagonal + (columns[column] === character ? 0 : 1));
      diagonal = above;
      before = value;
      return value;
    });
  });
  return row.at(-1) ?? Array.from(left).length;
}

/** 100 * (1 - distance / longer length), in characters. */
export function editSimilarity(reference: string, guess: string): number {
  const longest = Math.max(Array.from(reference).length, Array.from(guess).length);
  return longest === 0 ? 100 : 100 * (1 - levenshtein(reference, guess) / longest);
}

/** 1 where the answers are equal but for white space and backticks. */
export function exactMatch(reference: string, guess: string): number {
  const normalised = (answer: string): string => answer.replaceAll('`', '').replace(/\s+/g, ' ').trim();
  return normalised(reference) === normalised(guess) ? 1 : 0;
}

/** F1 of the code tokens in lower case; 0 to 1. */
export function tokenF1(reference: string, guess: string): number {
  const wanted = codeTokens(reference.toLowerCase());
  const found = codeTokens(guess.toLowerCase());
  const same = shared(wanted, found);
  return same === 0 ? 0 : (2 * same) / (wanted.length + found.length);
}

/** The first line that is not blank, without its indentation. */
export function firstLine(text: string): string {
  return text.trim().split('\n')[0]?.trimEnd() ?? '';
}
