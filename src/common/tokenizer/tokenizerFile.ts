import * as v from 'valibot';
import { ShorthandError, errorMessage } from '../errors';

/** Parts of a Hugging Face `tokenizer.json` that the kinds of tokenizers share. */

/** A switch that is off or left out. */
export const off = v.optional(v.nullable(v.literal(false)));
const absent = v.optional(v.nullable(v.literal('')));
const flag = v.optional(v.boolean(), false);
const id = v.pipe(v.number(), v.integer(), v.minValue(0));

/**
 * Token to id, as a map: an object would lose "__proto__", an ordinary token of source code. Checked in one loop, for there are
 * vocabularies of 200,000 tokens.
 */
const vocabularySchema = v.pipe(
  v.custom<Readonly<Record<string, number>>>(
    value => typeof value === 'object' && value !== null && Object.values(value).every(entry => Number.isInteger(entry) && entry >= 0),
    'must be an object of ids',
  ),
  v.transform((vocabulary): ReadonlyMap<string, number> => new Map(Object.entries(vocabulary))),
);

type Merge = string | readonly [string, string];

const isMerge = (value: unknown): value is Merge =>
  typeof value === 'string' ? value.includes(' ', 1) : Array.isArray(value) && value.length === 2 && value.every(half => typeof half === 'string');

/** In order of rank, as `"a b"` (older files) or `["a", "b"]`. */
const mergesSchema = v.custom<readonly Merge[]>(value => Array.isArray(value) && value.every(isMerge), 'must be pairs of tokens');

/** Tokens that are found in the text before the model sees it. `special` ones are no text: they mark the structure of a prompt. */
export const addedTokenSchema = v.object({
  id,
  content: v.pipe(v.string(), v.minLength(1)),
  special: v.optional(v.boolean(), true),
  /** White space before and after the token belongs to it. */
  lstrip: flag,
  rstrip: flag,
});
export type AddedToken = v.InferOutput<typeof addedTokenSchema>;

export const addedTokensSchema = v.optional(v.nullable(v.array(addedTokenSchema)), []);

/** What every BPE model has in common. */
export const bpeModel = {
  type: v.literal('BPE'),
  dropout: v.optional(v.nullable(v.literal(0))),
  unk_token: v.optional(v.nullable(v.string())),
  continuing_subword_prefix: absent,
  end_of_word_suffix: absent,
  vocab: vocabularySchema,
  merges: mergesSchema,
};

/** Errors: `bundle-corrupt`. */
export function parseTokenizerJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ShorthandError('bundle-corrupt', `The tokenizer is not valid JSON: ${errorMessage(error)}`, { cause: error });
  }
}

/** Both halves of a merge. */
export function mergeHalves(merge: Merge): readonly [string, string] {
  if (typeof merge !== 'string') {
    return merge;
  }
  const space = merge.indexOf(' ', 1);
  return [merge.slice(0, space), merge.slice(space + 1)];
}

/** What keeps a file from being read as one kind, in a few words. */
export function firstIssue(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const [issue] = issues;
  return `${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`;
}
