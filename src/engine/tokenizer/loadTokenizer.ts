import { assertNever } from '../../common/assertNever';
import type { TokenizerSpec } from '../../common/bundle';
import { openByteLevelBpe } from './byteLevelBpe';
import { openHuggingFace } from './huggingFace';
import { openSentencePieceBpe } from './sentencePieceBpe';
import type { Tokenizer } from './tokenizer';

/** @param readFile Gives the text of one of the bundle's files. Errors: its own, `bundle-corrupt`, `bundle-unsupported`. */
export async function loadTokenizer(spec: TokenizerSpec, readFile: (file: string) => Promise<string>): Promise<Tokenizer> {
  switch (spec.kind) {
    case 'byte-level-bpe':
      return openByteLevelBpe(await readFile(spec.file));
    case 'sentencepiece-bpe':
      return openSentencePieceBpe(await readFile(spec.file));
    case 'hugging-face':
      return openHuggingFace(await readFile(spec.file), await readFile(spec.config));
    default:
      return assertNever(spec);
  }
}
