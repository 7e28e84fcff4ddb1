import * as v from 'valibot';
import { ShorthandError, errorMessage } from '../../common/errors';

/** The parts of a Hugging Face `tokenizer.json` that a byte-level BPE with GPT-2's pre-tokenizer is made of. */

const off = v.optional(v.nullable(v.literal(false)));
const absent = v.optional(v.nullable(v.literal('')));
const id = v.pipe(v.number(), v.integer(), v.minValue(0));

// Not `v.record`: it drops the keys "constructor", "prototype" and "__proto__", which are ordinary tokens of source code.
const vocabularySchema = v.pipe(
  v.custom<object>(value => typeof value === 'object' && value !== null && !Array.isArray(value), 'must be an object'),
  v.transform(vocabulary => Object.entries(vocabulary)),
  v.array(v.tuple([v.string(), id])),
  v.transform(entries => new Map(entries)),
);

const byteLevelSchema = v.object({
  type: v.literal('ByteLevel'),
  add_prefix_space: v.literal(false),
  use_regex: v.optional(v.literal(true)),
});

export const tokenizerFileSchema = v.object({
  normalizer: v.optional(v.null()),
  pre_tokenizer: byteLevelSchema,
  decoder: v.object({ type: v.literal('ByteLevel') }),
  added_tokens: v.optional(v.array(v.object({ id, content: v.string() })), []),
  model: v.object({
    type: v.literal('BPE'),
    dropout: v.optional(v.nullable(v.literal(0))),
    unk_token: v.optional(v.nullable(v.string())),
    continuing_subword_prefix: absent,
    end_of_word_suffix: absent,
    byte_fallback: off,
    ignore_merges: off,
    vocab: vocabularySchema,
    /** In order of rank, as `"a b"` (older files) or `["a", "b"]`. */
    merges: v.array(v.union([v.string(), v.tuple([v.string(), v.string()])])),
  }),
});

export type TokenizerFile = v.InferOutput<typeof tokenizerFileSchema>;

/** Checks the text of a `tokenizer.json`. Errors: `bundle-corrupt` for text that is not JSON, `bundle-unsupported` for another kind. */
export function parseTokenizerFile(text: string): TokenizerFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ShorthandError('bundle-corrupt', `The tokenizer is not valid JSON: ${errorMessage(error)}`, { cause: error });
  }
  const parsed = v.safeParse(tokenizerFileSchema, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new ShorthandError(
      'bundle-unsupported',
      `Only byte-level BPE with GPT-2's pre-tokenizer is supported; ${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`,
    );
  }
  return parsed.output;
}

/** Both halves of a merge. */
export function mergeHalves(merge: TokenizerFile['model']['merges'][number]): readonly [string, string] {
  if (typeof merge !== 'string') {
    return merge;
  }
  const space = merge.indexOf(' ');
  return [merge.slice(0, space), merge.slice(space + 1)];
}
