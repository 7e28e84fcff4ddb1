import * as v from 'valibot';

/** `bundle.json`: what a bundle is made of. Nothing is loaded whose hash differs from the manifest's. */

const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const relativePath = v.pipe(
  v.string(),
  v.check(path => path !== '' && !path.startsWith('/') && !/^[A-Za-z]:|\\/.test(path) && !path.split('/').includes('..'), 'must be a relative path inside the bundle'),
);

/** How matrices are stored: plain floats, or block-wise integers with one scale per `block` inputs (MatMulNBits). */
export const quantisationSchema = v.variant('kind', [
  v.object({ kind: v.literal('fp32') }),
  v.object({ kind: v.literal('int8'), block: count }),
  v.object({ kind: v.literal('int4'), block: count }),
]);

const transformerShape = {
  layers: count,
  width: count,
  heads: count,
  kvHeads: count,
  headSize: count,
  vocabulary: count,
  quantisation: quantisationSchema,
};

/** Pooling factors that an encoder was trained for: tokens per slot. */
export const ratios = [4, 8, 16] as const;
export const ratioSchema = v.picklist(ratios);

const encoderSchema = v.variant('kind', [
  v.object({
    kind: v.literal('arc'),
    ...transformerShape,
    /** Most tokens in one window. */
    window: count,
    ratios: v.array(ratioSchema),
    graph: relativePath,
    /** Float32 vectors `rec` then `cont`, each `width` long, in encoder space; they pass the projector. */
    specials: relativePath,
  }),
  v.object({
    kind: v.literal('pcc'),
    ...transformerShape,
    window: count,
    ratios: v.array(ratioSchema),
    graph: relativePath,
    specials: relativePath,
    /** Memory tokens have the ids `vocabulary` .. `vocabulary + maxMemoryTokens - 1` in the encoder's embedding table. */
    maxMemoryTokens: count,
  }),
]);

const projectorSchema = v.object({ decoder: v.string(), graph: relativePath, inWidth: count, outWidth: count });

/** Decoders that the builder can turn into a bundle. */
export const decoderFamilies = ['llama', 'mistral', 'qwen2', 'qwen3', 'olmo', 'olmo2', 'phi3'] as const;

const decoderSchema = v.object({
  id: v.string(),
  /** The family, as `model_type` in Hugging Face's configurations. */
  architecture: v.picklist(decoderFamilies),
  ...transformerShape,
  /** Positions that the decoder was trained for: the budget of a plan. */
  positions: count,
  graph: relativePath,
  /** Row-major float16 [vocabulary, width]: the lookup table for `inputs_embeds`. */
  embeddings: relativePath,
});

const fileSchema = v.object({ path: relativePath, bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)), sha256 });

export const bundleManifestSchema = v.object({
  format: v.literal(1),
  id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]*$/)),
  version: v.string(),
  licence: v.string(),
  tokenizer: relativePath,
  encoder: encoderSchema,
  /** One projector per decoder that can read this encoder's slots. */
  projectors: v.array(projectorSchema),
  decoder: decoderSchema,
  /** Special tokens by role; the prompt is built from them. */
  template: v.object({ bos: v.string(), file: v.string(), user: v.string(), assistant: v.string(), end: v.string() }),
  files: v.array(fileSchema),
  /** Measured figures, as the model card prints them. */
  metrics: v.record(v.string(), v.unknown()),
});

export type BundleManifest = v.InferOutput<typeof bundleManifestSchema>;
export type BundleFile = v.InferOutput<typeof fileSchema>;
export type EncoderSpec = BundleManifest['encoder'];
export type ProjectorSpec = v.InferOutput<typeof projectorSchema>;
export type DecoderSpec = v.InferOutput<typeof decoderSchema>;
export type Quantisation = v.InferOutput<typeof quantisationSchema>;
/** Tokens per slot. */
export type Ratio = v.InferOutput<typeof ratioSchema>;

export const manifestFileName = 'bundle.json';
