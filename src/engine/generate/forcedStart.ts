import type { Tokenizer } from '../tokenizer/tokenizer';

/** Characters that are taken back at most. */
const longestStart = 32;
const space = 0x20;
/** The word that a text ends with, as the tokenizer splits words; white space at the end is one too. */
const lastWord = /(?:\s+| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+)$/u;

/**
 * Parts a text before its last word. A decoder that reads half a word goes on badly: the half is not the token that the word would have begun
 * with. It reads `head` alone and is then made to begin with `tail` (see `ForcedStart`).
 */
export function partLastWord(text: string): { readonly head: string; readonly tail: string } {
  const word = lastWord.exec(text)?.[0] ?? '';
  // The white space before the last space is a token of its own.
  const length = /\s $/.test(word) ? 1 : Math.min(word.length, longestStart);
  const from = text.length - length;
  // Not between the halves of a surrogate pair.
  const start = /[\udc00-\udfff]/.test(text.charAt(from)) ? from + 1 : from;
  return { head: text.slice(0, start), tail: text.slice(start) };
}

/**
 * Makes a decoder begin with a text: tokens that disagree with it are ruled out until all of it is written. A space at its end belongs to the word
 * that follows, as the tokenizer splits words, and is not added to: the indentation is what the user chose.
 */
export class ForcedStart {
  readonly #bytes: Uint8Array;

  constructor(
    private readonly tokenizer: Pick<Tokenizer, 'decodeBytes'>,
    text: string,
  ) {
    this.#bytes = new TextEncoder().encode(text);
  }

  /** Changes the logits for the token after `written` in place. */
  constrain(logits: Float32Array, written: readonly number[]): void {
    // Every token has a byte at least.
    if (written.length >= this.#bytes.length) {
      return;
    }
    const rest = this.#bytes.subarray(this.tokenizer.decodeBytes(written).length);
    if (rest.length === 0) {
      return;
    }
    for (let id = 0; id < logits.length; id++) {
      const bytes = this.tokenizer.decodeBytes([id]);
      if (bytes.length === 0 || !agree(bytes, rest) || (rest.at(-1) === space && bytes.length >= rest.length && !goesOn(bytes, rest.length))) {
        logits[id] = -Infinity;
      }
    }
  }
}

/** True when one of the two begins with the other. */
function agree(one: Uint8Array, other: Uint8Array): boolean {
  for (let i = 0; i < Math.min(one.length, other.length); i++) {
    if (one[i] !== other[i]) {
      return false;
    }
  }
  return true;
}

/** True when a token has something else than white space at an index. */
function goesOn(bytes: Uint8Array, index: number): boolean {
  const byte = bytes[index];
  return byte !== undefined && byte > space;
}
