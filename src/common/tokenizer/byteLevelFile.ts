import * as v from 'valibot';
import { assertNever } from '../assertNever';
import { addedTokensSchema, bpeModel, off } from './tokenizerFile';
import { wordPattern } from './wordPattern';

/** GPT-2's words, which the step `ByteLevel` finds by itself. Source: huggingface/tokenizers `pre_tokenizers/byte_level.rs`. */
const gpt2Words = "'(?:[stmd]|re|ve|ll)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/** One step of cutting text into words: the matches of a pattern and what lies between them, or the matches alone. */
export interface WordSplit {
  readonly pattern: RegExp;
  readonly between: 'kept' | 'dropped';
}

const byteLevelStep = v.object({ type: v.literal('ByteLevel'), add_prefix_space: v.literal(false), use_regex: v.optional(v.boolean(), true) });

const splitStep = v.pipe(
  v.object({
    type: v.literal('Split'),
    pattern: v.object({ Regex: v.string() }),
    behavior: v.picklist(['Isolated', 'Removed']),
    invert: v.optional(v.boolean(), false),
  }),
  // "Remove what does not match" keeps the matches. To remove the matches is no tokenizer of whole texts.
  v.check(step => step.invert === (step.behavior === 'Removed'), 'must keep the matches'),
  v.check(step => wordPattern(step.pattern.Regex) !== undefined, 'must be a known pattern'),
);

const digitsStep = v.object({ type: v.literal('Digits'), individual_digits: v.boolean() });

const stepSchema = v.variant('type', [byteLevelStep, splitStep, digitsStep]);
type Step = v.InferOutput<typeof stepSchema>;

/** The last step, and it alone, writes the bytes in the vocabulary's alphabet. */
const stepsSchema = v.pipe(
  v.union([v.pipe(byteLevelStep, v.transform((step): readonly Step[] => [step])), v.pipe(v.object({ type: v.literal('Sequence'), pretokenizers: v.array(stepSchema) }), v.transform((sequence): readonly Step[] => sequence.pretokenizers))]),
  v.check(steps => steps.findIndex(step => step.type === 'ByteLevel') === steps.length - 1 && steps.length > 0, 'must end with ByteLevel'),
  v.transform(steps => steps.flatMap(wordSplits)),
);

const nfc = v.object({ type: v.literal('NFC') });

/** None, or composed characters; true for the latter. */
const normalizerSchema = v.pipe(
  v.optional(v.nullable(v.union([nfc, v.object({ type: v.literal('Sequence'), normalizers: v.pipe(v.array(nfc), v.maxLength(1)) })]))),
  v.transform(normalizer => normalizer?.type === 'NFC' || normalizer?.normalizers.length === 1),
);

/** A `tokenizer.json` that is a byte-level BPE: GPT-2's, and those of Llama 3, Qwen, OLMo, SmolLM and others with their own words. */
export const byteLevelFileSchema = v.object({
  normalizer: normalizerSchema,
  pre_tokenizer: stepsSchema,
  decoder: v.object({ type: v.literal('ByteLevel') }),
  added_tokens: addedTokensSchema,
  model: v.object({ ...bpeModel, byte_fallback: off, ignore_merges: v.optional(v.nullable(v.boolean())) }),
});

export type ByteLevelFile = v.InferOutput<typeof byteLevelFileSchema>;

function wordSplits(step: Step): readonly WordSplit[] {
  switch (step.type) {
    case 'ByteLevel':
      return step.use_regex ? [split(gpt2Words, 'kept')] : [];
    case 'Digits':
      return [split(step.individual_digits ? '\\p{N}' : '\\p{N}+', 'kept')];
    case 'Split':
      return [split(step.pattern.Regex, step.behavior === 'Removed' ? 'dropped' : 'kept')];
    default:
      return assertNever(step);
  }
}

function split(pattern: string, between: WordSplit['between']): WordSplit {
  const translated = wordPattern(pattern);
  if (translated === undefined) {
    throw new TypeError(`The pattern ${pattern} was not checked.`);
  }
  return { pattern: translated, between };
}
