import type { DummySpace } from '../../common/tokenizer/sentencePieceFile';

/** A tokenizer without its added tokens: it knows text alone. */
export interface TextModel {
  /** Ids of a text. Lone surrogates become U+FFFD. */
  encode(text: string): Int32Array;
  /** What a token stands for; undefined for an id that stands for nothing. */
  bytes(id: number): Uint8Array | undefined;
  /** Ids run from 0 to `size - 1`; added tokens may lie behind. */
  readonly size: number;
  readonly dummySpace: DummySpace;
}
