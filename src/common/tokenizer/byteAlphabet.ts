/**
 * GPT-2's byte alphabet: the printable character that stands for each byte in a byte-level vocabulary. Printable Latin-1 bytes stand for
 * themselves, the others are moved to U+0100 and up in byte order.
 * Source: `bytes_to_unicode` in openai/gpt-2 `src/encoder.py`.
 */
function buildAlphabet(): readonly string[] {
  let moved = 0;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    return String.fromCharCode(printable ? byte : 0x100 + moved++);
  });
}

/** Character of each byte, by byte value. */
export const byteCharacters = buildAlphabet();

const byteOfCharacter = new Map(byteCharacters.map((character, byte) => [character, byte]));

/** The bytes that a vocabulary entry stands for, or undefined when it has a character outside the alphabet. */
export function tokenBytes(token: string): Uint8Array | undefined {
  const bytes = new Uint8Array(token.length);
  for (let i = 0; i < token.length; i++) {
    const byte = byteOfCharacter.get(token.charAt(i));
    if (byte === undefined) {
      return undefined;
    }
    bytes[i] = byte;
  }
  return bytes;
}
