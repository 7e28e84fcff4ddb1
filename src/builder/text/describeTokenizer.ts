import { join } from 'node:path';
import type { TokenizerSpec } from '../../common/bundle';
import { ShorthandError } from '../../common/errors';
import { openByteLevelBpe } from '../../engine/tokenizer/byteLevelBpe';
import { openHuggingFace } from '../../engine/tokenizer/huggingFace';
import { openSentencePieceBpe } from '../../engine/tokenizer/sentencePieceBpe';
import type { Tokenizer } from '../../engine/tokenizer/tokenizer';
import { optionalText } from './folderTexts';

export interface DescribedTokenizer {
  readonly kind: TokenizerSpec['kind'];
  /** The folder's `tokenizer.json`, to be copied. */
  readonly file: string;
  /** The text of `tokenizer_config.json`, which the kind `hugging-face` reads too; `{}` where there is none. */
  readonly config: string;
  /** The tokenizer itself. Its ids must be rows of the model's embedding table. */
  readonly tokenizer: Tokenizer;
}

/**
 * How Shorthand reads a Hugging Face folder's tokenizer: by one of its own where that gives the same ids, else by the library, which is slower.
 * Errors: `bundle-missing` (no tokenizer), `bundle-corrupt`, `bundle-unsupported` (says why).
 */
export async function describeTokenizer(folder: string): Promise<DescribedTokenizer> {
  const json = await optionalText(folder, 'tokenizer.json');
  if (json === undefined) {
    throw new ShorthandError('bundle-missing', await whatIsMissing(folder));
  }
  const config = (await optionalText(folder, 'tokenizer_config.json')) ?? '{}';
  return { ...open(json, config), file: join(folder, 'tokenizer.json'), config };
}

function open(json: string, config: string): Pick<DescribedTokenizer, 'kind' | 'tokenizer'> {
  const kinds: readonly (readonly [TokenizerSpec['kind'], () => Tokenizer])[] = [
    ['byte-level-bpe', () => openByteLevelBpe(json)],
    ['sentencepiece-bpe', () => openSentencePieceBpe(json)],
  ];
  for (const [kind, openKind] of kinds) {
    try {
      return { kind, tokenizer: openKind() };
    } catch (error) {
      if (!ShorthandError.is(error, 'bundle-unsupported')) {
        throw error;
      }
    }
  }
  return { kind: 'hugging-face', tokenizer: openHuggingFace(json, config) };
}

/** Older repositories have their vocabulary in another form. */
async function whatIsMissing(folder: string): Promise<string> {
  for (const other of ['tokenizer.model', 'vocab.json', 'spiece.model']) {
    if ((await optionalText(folder, other)) !== undefined) {
      return `${folder} has its tokenizer as ${other} alone, not as tokenizer.json. Loading it once in Python, AutoTokenizer.from_pretrained(folder).save_pretrained(folder), writes tokenizer.json.`;
    }
  }
  return `${folder} has no tokenizer.json.`;
}
