import { createHash } from 'node:crypto';
import type { Tokenizer } from '../tokenizer/tokenizer';
import { cutPoints } from './cutPoints';
import { lineStarts } from './lines';

/** A run of source text that is encoded on its own. */
export interface Window {
  readonly text: string;
  /** The ids of `text`, tokenised on its own. */
  readonly tokens: Int32Array;
  /** Lines count from 1 and are inclusive. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** The first 128 bits of the SHA-256 of `text` in UTF-8, as 32 hexadecimal digits. */
  readonly hash: string;
}

/** No character has more tokens than this: UTF-8 has at most four bytes, a lone surrogate becomes three. */
const tokensOfAnyCharacter = 4;
/** A text with more characters per window than this is not tried as one window: hardly any token is longer on average. */
const charactersPerToken = 16;

/**
 * Cuts a text into windows of at most `maxTokens` tokens at line boundaries, at good ones (see `boundaries.ts`), so that an edit changes only windows near it
 * (see `cutPoints.ts`). A line that is longer than a window is cut between characters. The windows' texts, joined, are `text`.
 */
export function cutWindows(text: string, tokenizer: Tokenizer, maxTokens: number): readonly Window[] {
  if (maxTokens < tokensOfAnyCharacter) {
    throw new RangeError(`A window must hold at least ${tokensOfAnyCharacter} tokens.`);
  }
  if (text === '') {
    return [];
  }
  const starts = lineStarts(text);
  const lines = starts.slice(0, -1).map((start, i) => text.slice(start, starts[i + 1]));
  const whole = text.length <= charactersPerToken * maxTokens ? tokenizer.encode(text) : undefined;
  if (whole !== undefined && whole.length <= maxTokens) {
    return [window(text, whole, 1, lines.length)];
  }
  const tokens = Int32Array.from(lines, line => tokenizer.encode(line).length);
  const cuts = cutPoints(lines, tokens, maxTokens);
  return cuts.slice(0, -1).flatMap((from, i) => fit(lines, from, cuts[i + 1] ?? lines.length, tokenizer, maxTokens));
}

/** The window of lines `from` to `to` (exclusive), or several when it is too large after all: lines together may have more tokens than apart. */
function fit(lines: readonly string[], from: number, to: number, tokenizer: Tokenizer, maxTokens: number): readonly Window[] {
  const text = lines.slice(from, to).join('');
  const tokens = tokenizer.encode(text);
  if (tokens.length <= maxTokens) {
    return [window(text, tokens, from + 1, to)];
  }
  if (to - from === 1) {
    return cutLine(text, tokens.length, tokenizer, maxTokens).map(piece => window(piece, tokenizer.encode(piece), from + 1, from + 1));
  }
  const middle = (from + to) >> 1;
  return [...fit(lines, from, middle, tokenizer, maxTokens), ...fit(lines, middle, to, tokenizer, maxTokens)];
}

/** Cuts one line of `count` tokens into pieces that fit, between code points. */
function cutLine(line: string, count: number, tokenizer: Tokenizer, maxTokens: number): readonly string[] {
  const pieces: string[] = [];
  const guess = Math.max(1, Math.floor((line.length / count) * maxTokens));
  for (let start = 0; start < line.length; ) {
    let length = guess;
    let end = codePointBoundary(line, start + length);
    while (end > start && tokenizer.encode(line.slice(start, end)).length > maxTokens) {
      length = Math.floor(length * 0.8);
      end = codePointBoundary(line, start + length);
    }
    // Nothing was left of the guess: one character always fits.
    end = end > start ? end : start + ((line.codePointAt(start) ?? 0) > 0xffff ? 2 : 1);
    pieces.push(line.slice(start, end));
    start = end;
  }
  return pieces;
}

/** `index`, or the index before when it would part a surrogate pair. */
function codePointBoundary(text: string, index: number): number {
  const inPair = index > 0 && index < text.length && /[\ud800-\udbff]/.test(text.charAt(index - 1)) && /[\udc00-\udfff]/.test(text.charAt(index));
  return Math.min(inPair ? index - 1 : index, text.length);
}

function window(text: string, tokens: Int32Array, firstLine: number, lastLine: number): Window {
  return { text, tokens, firstLine, lastLine, hash: createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 32) };
}
