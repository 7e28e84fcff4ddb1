import { Tokenizer as Library } from '@huggingface/tokenizers';
import * as v from 'valibot';
import { ShorthandError, errorMessage } from '../../common/errors';
import { tokenBytes } from '../../common/tokenizer/byteAlphabet';
import { huggingFaceFile } from '../../common/tokenizer/huggingFaceFile';
import type { DummySpace } from '../../common/tokenizer/sentencePieceFile';
import { parseTokenizerJson } from '../../common/tokenizer/tokenizerFile';
import { ModelTokenizer } from './modelTokenizer';
import { sentencePieceBytes } from './sentencePieceBytes';
import type { TextModel } from './textModel';
import type { Tokenizer } from './tokenizer';

/**
 * Reads any other `tokenizer.json`, by Hugging Face's library; slower than the own ones.
 * @param config The text of `tokenizer_config.json`.
 * Errors: `bundle-corrupt`, `bundle-unsupported`.
 */
export function openHuggingFace(json: string, config: string): Tokenizer {
  const file = huggingFaceFile(parseTokenizerJson(json));
  if (file.kind === 'unsupported') {
    throw new ShorthandError('bundle-unsupported', `The tokenizer can't be used: ${file.reason}.`);
  }
  const bytesOf = file.alphabet === 'bytes' ? tokenBytes : sentencePieceBytes;
  const settings = v.parse(v.looseObject({}), parseTokenizerJson(config));
  let library: Library;
  try {
    library = new Library(file.json, settings);
  } catch (error) {
    throw new ShorthandError('bundle-unsupported', `The tokenizer can't be used: ${errorMessage(error)}`, { cause: error });
  }
  return new ModelTokenizer(new LibraryModel(library, bytesOf, file.dummySpace), file.addedTokens);
}

class LibraryModel implements TextModel {
  readonly size: number;
  readonly #bytesOfId: (Uint8Array | undefined)[] = [];

  constructor(
    private readonly library: Library,
    bytesOf: (token: string) => Uint8Array | undefined,
    readonly dummySpace: DummySpace,
  ) {
    for (const [token, id] of library.get_vocab(false)) {
      this.#bytesOfId[id] = bytesOf(token);
    }
    this.size = this.#bytesOfId.length;
  }

  encode(text: string): Int32Array {
    return Int32Array.from(this.library.encode(text.toWellFormed(), { add_special_tokens: false }).ids);
  }

  bytes(id: number): Uint8Array | undefined {
    return this.#bytesOfId[id];
  }
}
