import type { Ratio } from '../../common/bundle';
import { ShorthandError } from '../../common/errors';
import type { Tokenizer } from '../tokenizer/tokenizer';
import { headerTokens } from './buildPrompt';
import type { PromptTemplate } from './conversation';
import type { PlannedSegment } from './segments';

/** A file of which some windows enter as slots, in their order. */
export interface SlotFile {
  readonly displayPath: string;
  readonly windows: readonly { readonly hash: string; readonly ratio: Ratio; readonly slotCount: number }[];
}

/** The file that is written in, cut to what fits, lines ending with LF. */
export interface OpenedFile {
  readonly displayPath: string;
  readonly prefix: string;
  readonly suffix: string;
  /** The beginning of the middle, which stands already. */
  readonly given: string;
}

/** Special tokens of fill-in-the-middle; the published code models use the same names. */
const roles = { prefix: '<|fim_prefix|>', suffix: '<|fim_suffix|>', middle: '<|fim_middle|>' } as const;

/**
 * The decoder's input for a completion, laid out as it was trained: `<|endoftext|>`, then per file its header, the slots of its windows and one
 * `cont`, then the header of the file that is written in and `<|fim_prefix|>prefix<|fim_suffix|>suffix<|fim_middle|>given`. The decoder ends what
 * it writes with `<|end|>`. A decoder that was not trained for it (its tokenizer lacks the tokens) goes on from prefix and given alone.
 */
export function fillInMiddle(files: readonly SlotFile[], opened: OpenedFile, { tokenizer, template }: { readonly tokenizer: Tokenizer; readonly template: PromptTemplate }): readonly PlannedSegment[] {
  const segments: PlannedSegment[] = [];
  let tokens: readonly number[] = [tokenizer.specialTokenId(template.bos)];
  for (const { displayPath, windows } of files) {
    segments.push({ kind: 'tokens', tokens: Int32Array.from([...tokens, ...headerTokens(displayPath, tokenizer, template)]) });
    for (const { hash, ratio, slotCount } of windows) {
      segments.push({ kind: 'slots', windowHash: hash, ratio, count: slotCount });
    }
    segments.push({ kind: 'special', name: 'cont' });
    tokens = [];
  }
  const body = middleTokens(opened, tokenizer);
  segments.push({ kind: 'tokens', tokens: Int32Array.from([...tokens, ...headerTokens(opened.displayPath, tokenizer, template), ...body]) });
  return segments;
}

function middleTokens({ prefix, suffix, given }: OpenedFile, tokenizer: Tokenizer): readonly number[] {
  const special = (token: string): number | undefined => optionalToken(tokenizer, token);
  const [before, between, after] = [special(roles.prefix), special(roles.suffix), special(roles.middle)];
  return before === undefined || between === undefined || after === undefined
    ? [...tokenizer.encode(prefix + given)]
    : [before, ...tokenizer.encode(prefix), between, ...tokenizer.encode(suffix), after, ...tokenizer.encode(given)];
}

function optionalToken(tokenizer: Tokenizer, token: string): number | undefined {
  try {
    return tokenizer.specialTokenId(token);
  } catch (error) {
    if (ShorthandError.is(error, 'bundle-unsupported')) {
      return undefined;
    }
    throw error;
  }
}

/** The special tokens that a completion must not run into, besides those of the template. */
export function middleEndTokens(tokenizer: Tokenizer): readonly number[] {
  return Object.values(roles).flatMap(token => optionalToken(tokenizer, token) ?? []);
}
