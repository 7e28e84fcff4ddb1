/** Turns text into token ids and back. Implementations hold no state that a caller can see. */
export interface Tokenizer {
  /**
   * The ids of `text` as plain text: a special token that is written out in the text (`<|file|>` in a source file) is never parsed into
   * its id, so that a file can't forge the structure of a prompt. Lone surrogates become U+FFFD.
   */
  encode(text: string): Int32Array;
  /** The text of `ids`. Special tokens and unknown ids add nothing; bytes that are not UTF-8 become U+FFFD. */
  decode(ids: ArrayLike<number>): string;
  /** The bytes of `ids`: for streaming, where one token may end inside a character. */
  decodeBytes(ids: ArrayLike<number>): Uint8Array;
  /** The id of a special token, by its text. Errors: `bundle-unsupported` when the tokenizer has no such token. */
  specialTokenId(token: string): number;
  /** Ids run from 0 to `vocabularySize - 1`. */
  readonly vocabularySize: number;
}
