import { ShorthandError } from '../../common/errors';
import type { Tokenizer } from '../tokenizer/tokenizer';

/** The special tokens of fill-in-the-middle: they stand before the prefix, the suffix and the middle. */
export interface MiddleTokens {
  readonly prefix: number;
  readonly suffix: number;
  readonly middle: number;
  /** What a completion must not run into: these, and the token that ends a middle where there is one of its own. */
  readonly ends: readonly number[];
}

/** How published models spell them. All of these were trained on prefix, suffix, middle in this order. */
const spellings = [
  // Qwen 2.5 Coder, CodeGemma, and Shorthand's own decoders.
  { prefix: '<|fim_prefix|>', suffix: '<|fim_suffix|>', middle: '<|fim_middle|>', end: '<|fim_pad|>' },
  // StarCoder, SmolLM's code models, Granite.
  { prefix: '<fim_prefix>', suffix: '<fim_suffix>', middle: '<fim_middle>', end: '<fim_pad>' },
  // Code Llama.
  { prefix: '▁<PRE>', suffix: '▁<SUF>', middle: '▁<MID>', end: '▁<EOT>' },
  // DeepSeek Coder.
  { prefix: '<｜fim▁begin｜>', suffix: '<｜fim▁hole｜>', middle: '<｜fim▁end｜>', end: '<|EOT|>' },
] as const;

/** The tokens of a decoder by its tokenizer; undefined for one that was not trained for it. */
export function middleTokens(tokenizer: Pick<Tokenizer, 'specialTokenId'>): MiddleTokens | undefined {
  for (const spelling of spellings) {
    const [prefix, suffix, middle, end] = [spelling.prefix, spelling.suffix, spelling.middle, spelling.end].map(token => optionalToken(tokenizer, token));
    if (prefix !== undefined && suffix !== undefined && middle !== undefined) {
      return { prefix, suffix, middle, ends: [prefix, suffix, middle, ...(end === undefined ? [] : [end])] };
    }
  }
  return undefined;
}

function optionalToken(tokenizer: Pick<Tokenizer, 'specialTokenId'>, token: string): number | undefined {
  try {
    return tokenizer.specialTokenId(token);
  } catch (error) {
    if (ShorthandError.is(error, 'bundle-unsupported')) {
      return undefined;
    }
    throw error;
  }
}
