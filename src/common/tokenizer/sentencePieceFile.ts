import * as v from 'valibot';
import { addedTokensSchema, bpeModel, off } from './tokenizerFile';

/** What stands for a space in the vocabulary: U+2581, a low block. */
export const spaceMark = '\u2581';

const mark = v.literal(spaceMark);

const replaceSpaces = v.object({ type: v.literal('Replace'), pattern: v.object({ String: v.literal(' ') }), content: mark });
const prepend = v.object({ type: v.literal('Prepend'), prepend: mark });
const metaspace = v.object({
  type: v.literal('Metaspace'),
  replacement: mark,
  prepend_scheme: v.optional(v.picklist(['first', 'always', 'never'])),
  /** Older files have it in place of the scheme. */
  add_prefix_space: v.optional(v.boolean(), true),
  split: v.optional(v.boolean(), true),
});

const decoderStep = v.variant('type', [
  v.object({ type: v.literal('Replace'), pattern: v.object({ String: mark }), content: v.literal(' ') }),
  v.object({ type: v.literal('ByteFallback') }),
  v.object({ type: v.literal('Fuse') }),
  v.object({ type: v.literal('Strip'), content: v.literal(' '), start: v.picklist([0, 1]), stop: v.literal(0) }),
  v.object({ type: v.literal('Metaspace'), replacement: mark }),
]);

const byteTokens = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);

/** The tokens that stand for single bytes, by byte value: for characters that the vocabulary lacks. */
export const byteFallbackTokens: readonly string[] = byteTokens;

const model = v.pipe(
  v.object({ ...bpeModel, byte_fallback: v.literal(true), ignore_merges: off }),
  v.check(({ vocab }) => byteTokens.every(token => vocab.has(token)), 'must have a token for every byte'),
);

/** As SentencePiece's BPE is converted by transformers: marks by the normaliser (older files) or by the pre-tokenizer. */
export const sentencePieceFileSchema = v.pipe(
  v.object({
    normalizer: v.optional(v.nullable(v.union([replaceSpaces, v.object({ type: v.literal('Sequence'), normalizers: v.array(v.variant('type', [replaceSpaces, prepend])) })]))),
    pre_tokenizer: v.optional(v.nullable(metaspace)),
    decoder: v.union([decoderStep, v.object({ type: v.literal('Sequence'), decoders: v.array(decoderStep) })]),
    added_tokens: addedTokensSchema,
    model,
  }),
  v.check(file => replacesSpaces(file.normalizer) || file.pre_tokenizer?.type === 'Metaspace', 'must mark spaces'),
);

export type SentencePieceFile = v.InferOutput<typeof sentencePieceFileSchema>;

function replacesSpaces(normalizer: { readonly type: string; readonly normalizers?: readonly { readonly type: string }[] } | null | undefined): boolean {
  return normalizer?.type === 'Replace' || normalizer?.normalizers?.some(step => step.type === 'Replace') === true;
}

/** The space that SentencePiece puts before a text, as if it were a word inside one. */
export interface DummySpace {
  /** Before the text's start alone, before all that follows a special token too, or nowhere. */
  readonly where: 'start' | 'sections' | 'nowhere';
  /** Not where a space is already. */
  readonly unlessThere: boolean;
}

export function dummySpace(file: SentencePieceFile): DummySpace {
  if (file.normalizer?.type === 'Sequence' && file.normalizer.normalizers.some(step => step.type === 'Prepend')) {
    return { where: 'sections', unlessThere: false };
  }
  const pre = file.pre_tokenizer;
  const scheme = pre === null || pre === undefined ? 'never' : (pre.prepend_scheme ?? (pre.add_prefix_space ? 'always' : 'never'));
  return { where: scheme === 'always' ? 'sections' : scheme === 'first' ? 'start' : 'nowhere', unlessThere: true };
}
