/** A stretch of a prompt: the prompt's own text, where special tokens count, or a user's or a file's, where they are mere text. */
export interface TextPiece {
  readonly kind: 'template' | 'text';
  readonly text: string;
}

/** Turns text into token ids and back. Implementations hold no state that a caller can see. */
export interface Tokenizer {
  /**
   * The ids of `text` as plain text that may continue another: a special token that is written out in the text (`<|file|>` in a source
   * file) is never parsed into its id, so that a file can't forge the structure of a prompt, and no space is put before it. Lone surrogates
   * become U+FFFD.
   */
  encode(text: string): Int32Array;
  /** The ids of a prompt's own text, in which special tokens count. Never for a user's or a file's text. */
  encodeTemplate(text: string): Int32Array;
  /**
   * The ids of pieces as if they were one text; special tokens count where they lie in one piece of kind `template`.
   * @param start Nothing stands before the pieces: some tokenizers put a space before a text.
   */
  encodePieces(pieces: readonly TextPiece[], start: boolean): Int32Array;
  /** The text of `ids`. Special tokens and unknown ids add nothing; bytes that are not UTF-8 become U+FFFD. */
  decode(ids: ArrayLike<number>): string;
  /** The bytes of `ids`: for streaming, where one token may end inside a character. */
  decodeBytes(ids: ArrayLike<number>): Uint8Array;
  /** The id of a special token, by its text. Errors: `bundle-unsupported` when the tokenizer has no such token. */
  specialTokenId(token: string): number;
  /** Ids run from 0 to `vocabularySize - 1`. */
  readonly vocabularySize: number;
}
