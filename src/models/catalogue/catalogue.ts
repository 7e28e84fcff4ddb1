import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { ShorthandError } from '../../common/errors';
import { fileHashSchema, relativePathSchema, sizeSchema } from '../store/fields';

/** `models/catalogue.json`: the models that Shorthand proposes. What it says of a repository holds for the pinned revision, where one is pinned. */

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const repository = v.pipe(v.string(), v.regex(/^[\w.-]+\/[\w.-]+$/));

/** The dimensions of a transformer, as its `config.json` has them: parameters and memory follow from them. */
const shapeSchema = v.object({
  layers: count,
  width: count,
  heads: count,
  kvHeads: count,
  headSize: count,
  /** Width inside the feed-forward network, which has three matrices (`gated`) or two (`plain`, as GPT-2). */
  inner: count,
  feedForward: v.picklist(['gated', 'plain']),
  vocabulary: count,
  /** What turns states into tokens: the embeddings (`tied`), a matrix of its own, or nothing, as in an encoder. */
  head: v.picklist(['tied', 'own', 'none']),
  /** Positions that it was trained for. */
  positions: count,
});

/** One commit of a repository, file by file. Written by `npm run catalogue`, never by hand. */
const pinSchema = v.object({
  revision: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)),
  files: v.pipe(v.array(v.object({ path: relativePathSchema, bytes: sizeSchema, hash: fileHashSchema })), v.nonEmpty()),
});

const checkpointFields = {
  repository,
  /** As the repository states it; absent where it states none. */
  licence: v.optional(v.string()),
  /** True when its owner hands out access on request. */
  gated: v.boolean(),
  /** Without it the newest commit is taken when it is downloaded. */
  pin: v.optional(pinSchema),
};

const catalogueModelSchema = v.object({
  /** The bundle that is made of it. */
  id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]*$/)),
  name: v.string(),
  /** `base`: it goes on with a text and was never taught to answer. */
  trainedFor: v.picklist(['chat', 'base']),
  decoder: v.object({ ...checkpointFields, shape: shapeSchema }),
  /** Without one, files are read as raw text. */
  compressor: v.optional(
    v.object({
      ...checkpointFields,
      kind: v.picklist(['arc', 'pcc']),
      shape: shapeSchema,
      /** Which of several bridges is this decoder's. */
      bridge: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
      ratio: v.picklist([4, 8, 16]),
      /** What the compressor is built upon: the whole model that its adapter is merged into, or of it the tokenizer alone, where a release has none. */
      base: v.optional(v.object({ ...checkpointFields, part: v.optional(v.literal('tokenizer')) })),
    }),
  ),
  /** How the weights are stored; the compressor's are kept finer than the decoder's. */
  weights: v.picklist(['int8', 'int4']),
});

const catalogueSchema = v.object({
  format: v.literal(1),
  /** The bundle that comes with the extension. */
  shipped: v.object({
    id: v.string(),
    version: v.string(),
    licence: v.string(),
    files: v.array(v.object({ path: relativePathSchema, bytes: sizeSchema, sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) })),
  }),
  models: v.pipe(
    v.array(catalogueModelSchema),
    v.check(models => new Set(models.map(model => model.id)).size === models.length, 'every model needs an id of its own'),
  ),
});

export type Catalogue = v.InferOutput<typeof catalogueSchema>;
export type CatalogueModel = v.InferOutput<typeof catalogueModelSchema>;
/** One repository that a model is downloaded from. */
export type CatalogueCheckpoint = Pick<CatalogueModel['decoder'], 'repository' | 'licence' | 'gated' | 'pin'> & { readonly part?: 'tokenizer' | undefined };
export type Pin = v.InferOutput<typeof pinSchema>;
export type ModelShape = v.InferOutput<typeof shapeSchema>;

/** Checks the text of a catalogue. Errors: `bundle-corrupt` (says where). */
export function parseCatalogue(text: string): Catalogue {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), catalogueSchema), text);
  if (!parsed.success) {
    const where = parsed.issues.map(issue => `${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`).join('; ');
    throw new ShorthandError('bundle-corrupt', `The catalogue is not accepted: ${where}`);
  }
  return parsed.output;
}

/** Errors: `bundle-missing`, `bundle-corrupt`. */
export async function readCatalogue(file: string): Promise<Catalogue> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new ShorthandError('bundle-missing', `${file} can't be read.`, { cause: error });
  });
  return parseCatalogue(text);
}

/** Everything that a model is downloaded from: its decoder, its compressor, and what that is built upon. */
export function checkpointsOf({ decoder, compressor }: { readonly decoder: CatalogueCheckpoint; readonly compressor?: CatalogueModel['compressor'] }): readonly CatalogueCheckpoint[] {
  return [decoder, ...(compressor === undefined ? [] : [compressor, ...(compressor.base === undefined ? [] : [compressor.base])])];
}
