import { ShorthandError } from '../../common/errors';
import { byteCharacters, tokenBytes } from './byteAlphabet';
import { MergeTable, mergeWord } from './merger';
import type { Tokenizer } from './tokenizer';
import { mergeHalves, parseTokenizerFile, type TokenizerFile } from './tokenizerFile';
import { WordCache } from './wordCache';

/**
 * GPT-2's split into words, as the library that trains the vocabulary runs it: `\s` there is Unicode's White_Space, while JavaScript's
 * adds U+FEFF and misses U+0085. Source: huggingface/tokenizers `pre_tokenizers/byte_level.rs`.
 */
const words = /'(?:[stmd]|re|ve|ll)| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** Words longer than this are rare and not worth remembering. */
const longestCachedWord = 64;
const cachedWords = 50_000;

/** Reads a `tokenizer.json`. Errors: `bundle-corrupt`, `bundle-unsupported`. */
export function loadTokenizer(json: string): Tokenizer {
  return new ByteLevelBpe(parseTokenizerFile(json));
}

class ByteLevelBpe implements Tokenizer {
  readonly vocabularySize: number;
  readonly #bytesOfId: (Uint8Array | undefined)[] = [];
  readonly #idOfByte: Int32Array;
  readonly #specials: ReadonlyMap<string, number>;
  readonly #merges: MergeTable;
  readonly #cache = new WordCache(cachedWords);
  /** Room for the ids of one text; it grows to the longest. */
  #scratch = new Int32Array(1024);
  readonly #utf8 = new TextEncoder();
  // `ignoreBOM` keeps a byte order mark as the character that it is.
  readonly #text = new TextDecoder('utf-8', { ignoreBOM: true });

  constructor(file: TokenizerFile) {
    const idOfToken = file.model.vocab;
    this.#specials = new Map(file.added_tokens.map(token => [token.content, token.id]));
    const specialIds = new Set(this.#specials.values());
    for (const [token, id] of idOfToken) {
      this.#bytesOfId[id] = specialIds.has(id) ? undefined : tokenBytes(token);
    }
    this.vocabularySize = [...idOfToken.values(), ...specialIds].reduce((size, id) => Math.max(size, id + 1), 0);
    this.#idOfByte = Int32Array.from(byteCharacters, character => plainId(idOfToken, specialIds, character));
    this.#merges = new MergeTable(this.vocabularySize);
    for (const merge of file.model.merges) {
      const [left, right] = mergeHalves(merge);
      this.#merges.add(
        plainId(idOfToken, specialIds, left),
        plainId(idOfToken, specialIds, right),
        plainId(idOfToken, specialIds, left + right),
      );
    }
  }

  encode(text: string): Int32Array {
    let out = this.#scratch;
    let count = 0;
    for (const word of text.match(words) ?? []) {
      const ids = this.#encodeWord(word);
      if (count + ids.length > out.length) {
        out = new Int32Array(2 * (count + ids.length));
        out.set(this.#scratch);
        this.#scratch = out;
      }
      for (let i = 0; i < ids.length; i++) {
        out[count++] = ids[i] ?? 0;
      }
    }
    return out.slice(0, count);
  }

  decode(ids: ArrayLike<number>): string {
    return this.#text.decode(this.decodeBytes(ids));
  }

  decodeBytes(ids: ArrayLike<number>): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let i = 0; i < ids.length; i++) {
      const bytes = this.#bytesOfId[ids[i] ?? -1];
      if (bytes !== undefined) {
        parts.push(bytes);
      }
    }
    return Buffer.concat(parts);
  }

  specialTokenId(token: string): number {
    const id = this.#specials.get(token);
    if (id === undefined) {
      throw new ShorthandError('bundle-unsupported', `The tokenizer has no special token ${token}.`);
    }
    return id;
  }

  #encodeWord(word: string): Int32Array {
    const known = this.#cache.get(word);
    if (known !== undefined) {
      return known;
    }
    const bytes = this.#utf8.encode(word);
    const ids = mergeWord(Int32Array.from(bytes, byte => this.#idOfByte[byte] ?? 0), this.#merges);
    if (word.length <= longestCachedWord) {
      // The word is a slice that keeps the whole text alive; the key is a copy.
      this.#cache.set(this.#text.decode(bytes), ids);
    }
    return ids;
  }
}

/** The id of a vocabulary entry that plain text may become. Errors: `bundle-unsupported` when it is missing or special. */
function plainId(idOfToken: ReadonlyMap<string, number>, specialIds: ReadonlySet<number>, token: string): number {
  const id = idOfToken.get(token);
  if (id === undefined || specialIds.has(id)) {
    throw new ShorthandError('bundle-unsupported', `The vocabulary has no plain entry for ${JSON.stringify(token)}.`);
  }
  return id;
}
