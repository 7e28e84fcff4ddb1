import type { WritingTokenizer } from '../../../../src/engine/generate/generate';

/** Tokens are bytes; 256 is the only special token and has none. */
export const byteTokenizer: WritingTokenizer = { decodeBytes: ids => Uint8Array.from(Array.from(ids).filter(id => id < 256)) };
