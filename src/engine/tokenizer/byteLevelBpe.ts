import * as v from 'valibot';
import { ShorthandError } from '../../common/errors';
import { byteCharacters, tokenBytes } from '../../common/tokenizer/byteAlphabet';
import { byteLevelFileSchema, type ByteLevelFile, type WordSplit } from '../../common/tokenizer/byteLevelFile';
import { firstIssue, mergeHalves, parseTokenizerJson } from '../../common/tokenizer/tokenizerFile';
import { IdList } from './idList';
import { MergeTable, mergeWord } from './merger';
import { ModelTokenizer } from './modelTokenizer';
import type { TextModel } from './textModel';
import type { Tokenizer } from './tokenizer';
import { WordCache } from './wordCache';
import { splitWords } from './words';

/** Reads a `tokenizer.json` of a byte-level BPE. Errors: `bundle-corrupt`, `bundle-unsupported`. */
export function openByteLevelBpe(json: string): Tokenizer {
  const parsed = v.safeParse(byteLevelFileSchema, parseTokenizerJson(json));
  if (!parsed.success) {
    throw new ShorthandError('bundle-unsupported', `The tokenizer is no byte-level BPE that Shorthand reads; ${firstIssue(parsed.issues)}`);
  }
  return new ModelTokenizer(new ByteLevelBpe(parsed.output), parsed.output.added_tokens ?? []);
}

class ByteLevelBpe implements TextModel {
  readonly dummySpace = { where: 'nowhere', unlessThere: true } as const;
  readonly size: number;
  readonly #bytesOfId: (Uint8Array | undefined)[] = [];
  readonly #idOfByte: Int32Array;
  /** Whole words that need no merging, when the vocabulary goes first. */
  readonly #idOfWord: ReadonlyMap<string, number> | undefined;
  readonly #merges: MergeTable;
  readonly #cache = new WordCache(word => this.#encodeWord(word));
  readonly #splits: readonly WordSplit[];
  readonly #composes: boolean;
  readonly #ids = new IdList();
  readonly #utf8 = new TextEncoder();

  constructor({ model, added_tokens, normalizer, pre_tokenizer }: ByteLevelFile) {
    const special = new Set((added_tokens ?? []).filter(token => token.special).map(token => token.id));
    for (const [token, id] of model.vocab) {
      this.#bytesOfId[id] = special.has(id) ? undefined : tokenBytes(token);
    }
    this.size = this.#bytesOfId.length;
    this.#idOfByte = Int32Array.from(byteCharacters, character => plainId(model.vocab, special, character));
    this.#merges = new MergeTable(this.size);
    for (const merge of model.merges) {
      const [left, right] = mergeHalves(merge);
      this.#merges.add(plainId(model.vocab, special, left), plainId(model.vocab, special, right), plainId(model.vocab, special, left + right));
    }
    this.#idOfWord = model.ignore_merges === true ? model.vocab : undefined;
    this.#splits = pre_tokenizer;
    this.#composes = normalizer === true;
  }

  encode(text: string): Int32Array {
    const ids = this.#ids;
    ids.clear();
    for (const word of splitWords(this.#composes ? text.normalize('NFC') : text, this.#splits)) {
      ids.add(this.#cache.idsOf(word));
    }
    return ids.copy();
  }

  bytes(id: number): Uint8Array | undefined {
    return this.#bytesOfId[id];
  }

  #encodeWord(word: string): Int32Array {
    const bytes = this.#utf8.encode(word);
    const whole = this.#idOfWord?.get(Array.from(bytes, byte => byteCharacters[byte] ?? '').join(''));
    // A special token may stand in the vocabulary too; text never becomes one.
    return whole === undefined || this.#bytesOfId[whole] === undefined ? mergeWord(Int32Array.from(bytes, byte => this.#idOfByte[byte] ?? 0), this.#merges) : Int32Array.of(whole);
  }
}

/** The id of a vocabulary entry that plain text may become. Errors: `bundle-unsupported` when it is missing or special. */
function plainId(idOfToken: ReadonlyMap<string, number>, special: ReadonlySet<number>, token: string): number {
  const id = idOfToken.get(token);
  if (id === undefined || special.has(id)) {
    throw new ShorthandError('bundle-unsupported', `The vocabulary has no plain entry for ${JSON.stringify(token)}.`);
  }
  return id;
}
