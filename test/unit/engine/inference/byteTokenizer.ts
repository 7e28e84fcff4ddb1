import type { Tokenizer } from '../../../../src/engine/tokenizer/tokenizer';

/** Tokens are bytes; 256 is the only special token, `<|end|>`. */
export const byteTokenizer: Tokenizer = {
  vocabularySize: 257,
  encode: text => Int32Array.from(new TextEncoder().encode(text)),
  decode: ids => new TextDecoder().decode(byteTokenizer.decodeBytes(ids)),
  decodeBytes: ids => Uint8Array.from(Array.from(ids).filter(id => id < 256)),
  specialTokenId: () => 256,
};
