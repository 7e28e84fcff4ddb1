import type { Tokenizer } from '../tokenizer/tokenizer';

/** The text around a cursor that a decoder reads as it stands. */
export interface RawAround {
  readonly prefix: string;
  readonly suffix: string;
  /** Lines of the file that it covers, counted from 1, inclusive. */
  readonly firstLine: number;
  readonly lastLine: number;
}

/** Most tokens of each side. */
export interface RawBudget {
  readonly prefix: number;
  readonly suffix: number;
}

/** The prefix begins at every so many lines only: while someone types it begins where it began before, and the KV cache keeps it. */
const lineStep = 16;

/** Cuts prefix and suffix, whose lines end with LF, at line boundaries so that they fit. Of a line that is too long itself, what is next to the cursor stays. */
export function rawAround(prefix: string, suffix: string, budget: RawBudget, tokenizer: Pick<Tokenizer, 'encode'>): RawAround {
  const before = prefix.split('\n');
  const after = suffix.split('\n');
  const first = before.length - countFitting(before.toReversed(), budget.prefix, tokenizer);
  const stepped = Math.ceil(first / lineStep) * lineStep;
  const start = stepped < before.length ? stepped : first;
  const kept = countFitting(after, budget.suffix, tokenizer);
  return {
    prefix: start < before.length ? before.slice(start).join('\n') : prefix.slice(-budget.prefix),
    suffix: kept > 0 ? after.slice(0, kept).join('\n') : suffix.slice(0, budget.suffix),
    firstLine: Math.min(start + 1, before.length),
    lastLine: before.length + Math.max(0, kept - 1),
  };
}

/** How many lines, from the first on, fit a number of tokens. */
function countFitting(lines: readonly string[], budget: number, tokenizer: Pick<Tokenizer, 'encode'>): number {
  let left = budget;
  let count = 0;
  for (const line of lines) {
    // So long a line is not even encoded: no source text has that many characters per token.
    left -= line.length > 20 * budget ? Infinity : tokenizer.encode(line).length + 1;
    if (left < 0) {
      break;
    }
    count++;
  }
  return count;
}
