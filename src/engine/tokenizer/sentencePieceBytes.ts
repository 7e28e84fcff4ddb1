import { spaceMark } from '../../common/tokenizer/sentencePieceFile';

const utf8 = new TextEncoder();

/** The bytes that an entry of SentencePiece's vocabulary stands for: `<0x0A>` for a byte, else text with marks for spaces. */
export function sentencePieceBytes(token: string): Uint8Array {
  const byte = /^<0x([0-9A-F]{2})>$/.exec(token)?.[1];
  return byte === undefined ? utf8.encode(token.replaceAll(spaceMark, ' ')) : Uint8Array.of(Number.parseInt(byte, 16));
}
