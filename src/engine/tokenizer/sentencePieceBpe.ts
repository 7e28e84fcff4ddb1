import * as v from 'valibot';
import { ShorthandError } from '../../common/errors';
import { byteFallbackTokens, dummySpace, sentencePieceFileSchema, spaceMark, type DummySpace, type SentencePieceFile } from '../../common/tokenizer/sentencePieceFile';
import { firstIssue, mergeHalves, parseTokenizerJson } from '../../common/tokenizer/tokenizerFile';
import { IdList } from './idList';
import { MergeTable, mergeWord } from './merger';
import { ModelTokenizer } from './modelTokenizer';
import { NeighbourTable } from './neighbours';
import { sentencePieceBytes } from './sentencePieceBytes';
import type { TextModel } from './textModel';
import type { Tokenizer } from './tokenizer';
import { WordCache } from './wordCache';

/** Reads a `tokenizer.json` that was converted from SentencePiece's BPE (Llama 2, Mistral, Phi-3). Errors: `bundle-corrupt`, `bundle-unsupported`. */
export function openSentencePieceBpe(json: string): Tokenizer {
  const parsed = v.safeParse(sentencePieceFileSchema, parseTokenizerJson(json));
  if (!parsed.success) {
    throw new ShorthandError('bundle-unsupported', `The tokenizer is no SentencePiece BPE that Shorthand reads; ${firstIssue(parsed.issues)}`);
  }
  return new ModelTokenizer(new SentencePieceBpe(parsed.output), parsed.output.added_tokens ?? []);
}

/**
 * Such a model merges over the whole text, which has no words. Here a text is cut where no merge can reach across, between characters that
 * no token has side by side, so that short stretches can be remembered; the ids are the same.
 */
class SentencePieceBpe implements TextModel {
  readonly dummySpace: DummySpace;
  readonly size: number;
  readonly #bytesOfId: (Uint8Array | undefined)[] = [];
  readonly #idOfByte: Int32Array;
  readonly #idOfCharacter = new Map<string, number>();
  readonly #merges: MergeTable;
  readonly #neighbours = new NeighbourTable();
  readonly #marksAlone: boolean;
  readonly #cache = new WordCache(word => this.#encodeWord(word));
  readonly #ids = new IdList();
  readonly #utf8 = new TextEncoder();

  constructor(file: SentencePieceFile) {
    const { vocab, merges } = file.model;
    const special = new Set((file.added_tokens ?? []).filter(token => token.special).map(token => token.id));
    for (const [token, id] of vocab) {
      this.#bytesOfId[id] = special.has(id) ? undefined : sentencePieceBytes(token);
      if (!special.has(id) && token.length <= 2 && String.fromCodePoint(token.codePointAt(0) ?? 0) === token) {
        this.#idOfCharacter.set(token, id);
      }
    }
    this.size = this.#bytesOfId.length;
    this.#idOfByte = Int32Array.from(byteFallbackTokens, token => vocab.get(token) ?? -1);
    this.#merges = new MergeTable(this.size);
    const byteIds = new Set(this.#idOfByte);
    for (const [left, right] of merges.map(mergeHalves)) {
      const [leftId, rightId, mergedId] = [left, right, left + right].map(token => vocab.get(token));
      // Were bytes merged, a merge could reach across characters that are no neighbours in any token.
      if (leftId === undefined || rightId === undefined || mergedId === undefined || special.has(mergedId) || byteIds.has(leftId) || byteIds.has(rightId)) {
        throw new ShorthandError('bundle-unsupported', `The vocabulary has no plain entries for the merge of ${JSON.stringify(left)} and ${JSON.stringify(right)}.`);
      }
      this.#merges.add(leftId, rightId, mergedId);
      this.#neighbours.addAll(left + right);
    }
    this.dummySpace = dummySpace(file);
    this.#marksAlone = file.pre_tokenizer?.split === true;
  }

  encode(text: string): Int32Array {
    const ids = this.#ids;
    ids.clear();
    for (const word of this.#neighbours.stretches(text.toWellFormed().replaceAll(' ', spaceMark), this.#marksAlone ? spaceMark : undefined)) {
      ids.add(this.#cache.idsOf(word));
    }
    return ids.copy();
  }

  bytes(id: number): Uint8Array | undefined {
    return this.#bytesOfId[id];
  }

  #encodeWord(word: string): Int32Array {
    const symbols: number[] = [];
    for (const character of word) {
      const id = this.#idOfCharacter.get(character);
      if (id !== undefined) {
        symbols.push(id);
        continue;
      }
      for (const byte of this.#utf8.encode(character)) {
        symbols.push(this.#idOfByte[byte] ?? 0);
      }
    }
    return mergeWord(Int32Array.from(symbols), this.#merges);
  }
}
