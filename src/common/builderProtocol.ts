import * as v from 'valibot';
import { ratioSchema } from './bundle';
import { noProgress, type Protocol } from './rpc/protocol';

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** How matrices can be stored; int8 and int4 take blocks of weights that share a scale. */
export const weightTypes = ['fp32', 'fp16', 'int8', 'int4'] as const;
export const weightTypeSchema = v.picklist(weightTypes);

/** Weights that share a scale where the user doesn't say. */
export const defaultBlock = 32;

const compressorSourceSchema = v.object({
  /** ARC's release or training layout, PCC's compressor, or what `training/` exported. */
  folder: v.string(),
  /** The base model of a compressor that is a LoRA adapter. */
  baseFolder: v.optional(v.string()),
  /** Which of a compressor's bridges is this decoder's, from 0. */
  bridge: v.optional(size, 0),
  /** Tokens per slot; what the compressor was trained for when absent. PCC's files don't say it: 4 then. */
  ratio: v.optional(ratioSchema),
  /** Tokens of a window; 256, as both were trained, when absent. */
  window: v.optional(count),
});

/** What `add` makes a bundle from. Folders are absolute paths; nothing is downloaded. */
export const addModelParamsSchema = v.object({
  /** The bundle is written to `bundles/<id>` below it. */
  modelsRoot: v.string(),
  /** A decoder in Hugging Face's layout. */
  decoderFolder: v.string(),
  compressor: v.optional(compressorSourceSchema),
  decoderWeights: weightTypeSchema,
  encoderWeights: weightTypeSchema,
  /** Weights per scale of int8 and int4: a power of two from 16. */
  block: v.optional(count, defaultBlock),
  /** Made from the folders' names when absent. */
  id: v.optional(v.string()),
  /** As the folders state it when absent. */
  licence: v.optional(v.string()),
});

/** What `add` works on: the last step checks what the engine will load. */
export const addModelSteps = ['check', 'encoder', 'projector', 'decoder', 'embeddings', 'finish'] as const;

export const addModelProgressSchema = v.object({
  step: v.picklist(addModelSteps),
  /** Bytes of the whole bundle that are written, those of an earlier interrupted run included. */
  done: size,
  /** Bytes of the whole bundle; 0 until they are known. */
  total: size,
});

export const addModelResultSchema = v.object({
  id: v.string(),
  /** Absolute path of the bundle. */
  folder: v.string(),
  bytes: size,
  licence: v.string(),
  compressor: v.picklist(['arc', 'pcc', 'none']),
  /** True when a bundle of the same sources and options was there and nothing had to be done. */
  existed: v.boolean(),
});

/** What the builder process answers: it turns published checkpoints into bundles, outside of the extension host. */
export const builderProtocol = {
  name: 'shorthand-builder',
  version: 1,
  methods: {
    /**
     * Makes a bundle. An interrupted or cancelled call keeps its finished parts: the same call goes on after them.
     * Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported` (name the file or value), `disk-full` (before anything is written), `cancelled`.
     */
    add: { params: addModelParamsSchema, progress: addModelProgressSchema, result: addModelResultSchema },
    /** Deletes what interrupted calls left below a models root; returns the bytes that were freed. */
    discard: { params: v.object({ modelsRoot: v.string() }), progress: noProgress, result: size },
  },
} as const satisfies Protocol;

export type BuilderProtocol = typeof builderProtocol;
export type WeightType = v.InferOutput<typeof weightTypeSchema>;
export type CompressorSource = v.InferOutput<typeof compressorSourceSchema>;
export type AddModelParams = v.InferOutput<typeof addModelParamsSchema>;
export type AddModelStep = (typeof addModelSteps)[number];
export type AddModelProgress = v.InferOutput<typeof addModelProgressSchema>;
export type AddModelResult = v.InferOutput<typeof addModelResultSchema>;
