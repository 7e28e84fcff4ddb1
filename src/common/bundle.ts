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
  v.object({ kind: v.literal('fp16') }),
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

const tokenizerSchema = v.variant('kind', [
  /** A `tokenizer.json` of byte-level BPE: GPT-2 and what came after it. */
  v.object({ kind: v.literal('byte-level-bpe'), file: relativePath }),
  /** A `tokenizer.json` of SentencePiece's BPE: Llama 2, Mistral, Phi-3. */
  v.object({ kind: v.literal('sentencepiece-bpe'), file: relativePath }),
  /** Any other `tokenizer.json` of Hugging Face's, and the `tokenizer_config.json` beside it. */
  v.object({ kind: v.literal('hugging-face'), file: relativePath, config: relativePath }),
]);

/** How a decoder was taught to read a conversation. */
const promptSchema = v.variant('kind', [
  /** Shorthand's own decoders: special tokens by role. */
  v.object({ kind: v.literal('roles'), bos: v.string(), file: v.string(), user: v.string(), assistant: v.string(), end: v.string() }),
  /** Published chat models: a file with their template (Jinja), what it reads beside the messages, and the texts of the tokens that end an answer. */
  v.object({ kind: v.literal('chat'), template: relativePath, variables: v.record(v.string(), v.string()), endTokens: v.array(v.string()) }),
  /** Published base models: plain text, behind `bos` where they have one. */
  v.object({ kind: v.literal('plain'), bos: v.nullable(v.string()), endTokens: v.array(v.string()) }),
]);

/** Decoders that the builder can turn into a bundle. */
export const decoderFamilies = ['llama', 'mistral', 'qwen2', 'qwen3', 'olmo', 'olmo2', 'phi3'] as const;

const decoderSchema = v.object({
  id: v.string(),
  /** The family, as `model_type` in Hugging Face's configurations. */
  architecture: v.picklist(decoderFamilies),
  ...transformerShape,
  /** Positions that the decoder was trained for: no prompt and its answer take more. */
  positions: count,
  graph: relativePath,
  /** Row-major float16 [vocabulary, width]: the lookup table for `inputs_embeds`. */
  embeddings: relativePath,
  tokenizer: tokenizerSchema,
  prompt: promptSchema,
});

/** Pooling factors that an encoder was trained for: tokens per slot. */
export const ratios = [4, 8, 16] as const;
export const ratioSchema = v.picklist(ratios);

/** A part of a slot is kept as one byte. */
export const mostCentroids = 256;

/** How slots are kept, and what there is of them for the decoder. */
const slotCodeSchema = v.variant('kind', [
  /** Product quantisation: of each part of a slot, rotated, the nearest centroid. */
  v.object({
    kind: v.literal('product'),
    /** Bytes of a slot. */
    parts: count,
    /** Values of a part. */
    partWidth: count,
    centroids: v.pipe(count, v.maxValue(mostCentroids)),
    /** Row-major float16 [parts, centroids, partWidth]. */
    table: relativePath,
    /** From slots to numbers of centroids. */
    encodeGraph: relativePath,
    /** From centroids to slots. */
    decodeGraph: relativePath,
  }),
]);

const encoderShape = {
  ...transformerShape,
  /** Most tokens in one window. */
  window: count,
  ratios: v.array(ratioSchema),
  graph: relativePath,
  /** Absent where none was learnt: slots are kept as float16. */
  slotCode: v.optional(slotCodeSchema),
};

const encoderSchema = v.variant('kind', [
  v.object({ kind: v.literal('arc'), ...encoderShape }),
  v.object({
    kind: v.literal('pcc'),
    ...encoderShape,
    /** Memory tokens have the ids `vocabulary` .. `vocabulary + maxMemoryTokens - 1` in the encoder's embedding table. */
    maxMemoryTokens: count,
    /**
     * Which of them a segment gets: as published, every one the first window / ratio, also a short one at a file's end; or one for each `ratio` tokens
     * that are there, named by the last place of these in the window.
     */
    memory: v.picklist(['first', 'by-place']),
  }),
]);

/** What stands around slots in a prompt: learnt vectors, raw little-endian float32. */
const frameSchema = v.variant('kind', [
  /**
   * ARC's `rec` then `cont`, [2, encoder width]: they pass the projector; `cont` closes each run of slots. How windows are said again was learnt, too: published
   * ones are behind their slots, then the start token; those of `training/` behind the start token and their file's path, then the slots.
   */
  v.object({ kind: v.literal('arc'), specials: relativePath, recall: v.picklist(['slots-first', 'path-first']) }),
  /** PCC's `<mem>`, `<ae>` and `</mem>`, [3, decoder width]: the slots of each window stand between the first and the last. */
  v.object({ kind: v.literal('pcc'), specials: relativePath }),
]);

const projectorSchema = v.object({ decoder: v.string(), graph: relativePath, inWidth: count, outWidth: count, frame: frameSchema });

const compressorSchema = v.object({
  /** Windows are cut and counted with it. */
  tokenizer: tokenizerSchema,
  encoder: encoderSchema,
  /** One per decoder that can read this encoder's slots. */
  projectors: v.array(projectorSchema),
});

export const bundleFileSchema = v.object({ path: relativePath, bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)), sha256 });

export const bundleManifestSchema = v.object({
  format: v.literal(2),
  id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]*$/)),
  version: v.string(),
  licence: v.string(),
  decoder: decoderSchema,
  /** Absent where none was trained for the decoder: it reads the workspace as text alone. */
  compressor: v.optional(compressorSchema),
  files: v.array(bundleFileSchema),
  /** Measured figures, as the model card prints them. */
  metrics: v.record(v.string(), v.unknown()),
});

export type BundleManifest = v.InferOutput<typeof bundleManifestSchema>;
export type BundleFile = v.InferOutput<typeof bundleFileSchema>;
export type TokenizerSpec = v.InferOutput<typeof tokenizerSchema>;
export type PromptSpec = v.InferOutput<typeof promptSchema>;
/** Special tokens by role. */
export type PromptRoles = Extract<PromptSpec, { kind: 'roles' }>;
export type CompressorSpec = v.InferOutput<typeof compressorSchema>;
export type EncoderSpec = v.InferOutput<typeof encoderSchema>;
export type PccEncoderSpec = Extract<EncoderSpec, { readonly kind: 'pcc' }>;
export type SlotCodeSpec = v.InferOutput<typeof slotCodeSchema>;
export type ProjectorSpec = v.InferOutput<typeof projectorSchema>;
export type FrameSpec = v.InferOutput<typeof frameSchema>;
export type DecoderSpec = v.InferOutput<typeof decoderSchema>;
export type Quantisation = v.InferOutput<typeof quantisationSchema>;
/** Tokens per slot. */
export type Ratio = v.InferOutput<typeof ratioSchema>;

export const manifestFileName = 'bundle.json';

/** What the code of an encoder's slots is read from, but for the weights beside its graphs; nothing for float16. */
export function slotCodeFiles({ slotCode }: Pick<EncoderSpec, 'slotCode'>): readonly string[] {
  return slotCode === undefined ? [] : [slotCode.table, slotCode.encodeGraph, slotCode.decodeGraph];
}

/** What a tokenizer is read from. */
export function tokenizerFiles(spec: TokenizerSpec): readonly string[] {
  return spec.kind === 'hugging-face' ? [spec.file, spec.config] : [spec.file];
}
