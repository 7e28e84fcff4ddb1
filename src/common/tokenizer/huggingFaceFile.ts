import * as v from 'valibot';
import { type DummySpace, spaceMark } from './sentencePieceFile';
import { type AddedToken, addedTokensSchema, firstIssue } from './tokenizerFile';

/** A `tokenizer.json` for Hugging Face's library, changed so that it adds nothing to a text, or why it can't be used. */
export type HuggingFaceFile =
  | {
      readonly kind: 'usable';
      readonly json: object;
      readonly addedTokens: readonly AddedToken[];
      /** How the vocabulary writes text: in GPT-2's alphabet of bytes, or as text with marks for spaces. */
      readonly alphabet: 'bytes' | 'marks';
      readonly dummySpace: DummySpace;
    }
  | { readonly kind: 'unsupported'; readonly reason: string };

const step = v.looseObject({ type: v.string() });
type Step = v.InferOutput<typeof step>;
const stepOrNone = v.optional(v.nullable(step));

const schema = v.looseObject({
  normalizer: stepOrNone,
  pre_tokenizer: stepOrNone,
  decoder: stepOrNone,
  added_tokens: addedTokensSchema,
  model: v.looseObject({ type: v.picklist(['BPE', 'Unigram']) }),
});

const nested = v.looseObject({
  normalizers: v.optional(v.array(step)),
  pretokenizers: v.optional(v.array(step)),
  decoders: v.optional(v.array(step)),
});

/** A step and the steps in it. */
function flat(outer: Step | null | undefined): readonly Step[] {
  if (outer === null || outer === undefined) {
    return [];
  }
  const inner = v.parse(nested, outer);
  return [outer, ...[...(inner.normalizers ?? []), ...(inner.pretokenizers ?? []), ...(inner.decoders ?? [])].flatMap(flat)];
}

/** Sorts a parsed `tokenizer.json` out. */
export function huggingFaceFile(json: unknown): HuggingFaceFile {
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) {
    return { kind: 'unsupported', reason: firstIssue(parsed.issues) };
  }
  const file = parsed.output;
  const decoders = flat(file.decoder);
  const has = (type: string) => decoders.some(decoder => decoder.type === type);
  const alphabet = has('ByteLevel') ? 'bytes' : has('Metaspace') || decoders.some(({ type, content }) => type === 'Replace' && content === ' ') ? 'marks' : undefined;
  if (alphabet === undefined) {
    return { kind: 'unsupported', reason: `its decoder (${file.decoder?.type ?? 'none'}) does not give back the text byte by byte` };
  }
  return {
    kind: 'usable',
    json: { ...file, normalizer: quiet(file.normalizer), pre_tokenizer: quiet(file.pre_tokenizer), post_processor: null, added_tokens: [] },
    addedTokens: file.added_tokens ?? [],
    alphabet,
    dummySpace: dummySpaceOf([...flat(file.normalizer), ...flat(file.pre_tokenizer)]),
  };
}

/** Steps without what they put before a text. */
function quiet(outer: Step | null | undefined): Step | null {
  if (outer === null || outer === undefined || outer.type === 'Prepend') {
    return null;
  }
  const inner = v.parse(nested, outer);
  const steps = (list: readonly Step[] | undefined) => list?.map(quiet).filter(entry => entry !== null);
  return {
    ...outer,
    ...('prepend_scheme' in outer || outer.type === 'Metaspace' ? { prepend_scheme: 'never', add_prefix_space: false } : {}),
    ...('add_prefix_space' in outer ? { add_prefix_space: false } : {}),
    ...(inner.normalizers === undefined ? {} : { normalizers: steps(inner.normalizers) }),
    ...(inner.pretokenizers === undefined ? {} : { pretokenizers: steps(inner.pretokenizers) }),
  };
}

function dummySpaceOf(steps: readonly Step[]): DummySpace {
  for (const { type, prepend, prepend_scheme: scheme, add_prefix_space: prefix } of steps) {
    if (type === 'Prepend' && (prepend === spaceMark || prepend === ' ')) {
      return { where: 'sections', unlessThere: false };
    }
    if (type === 'Metaspace') {
      return { where: scheme === 'first' ? 'start' : scheme === 'never' || (scheme === undefined && prefix === false) ? 'nowhere' : 'sections', unlessThere: true };
    }
    if (type === 'ByteLevel' && prefix === true) {
      return { where: 'sections', unlessThere: true };
    }
  }
  return { where: 'nowhere', unlessThere: true };
}
