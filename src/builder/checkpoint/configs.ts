import * as v from 'valibot';
import { mostCentroids, ratioSchema } from '../../common/bundle';

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const positive = v.pipe(v.number(), v.gtValue(0));

const encoderShape = {
  hidden_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: count,
  head_dim: count,
  intermediate_size: count,
  vocab_size: count,
  rms_norm_eps: positive,
  rope_theta: positive,
  /** Whether queries and keys are normalised; not in encoders that began with layers of Llama or Mistral. */
  qk_norm: v.optional(v.boolean(), true),
  window: count,
  ratios: v.pipe(v.array(ratioSchema), v.minLength(1)),
};

/** `encoder/config.json`. */
export const encoderConfigSchema = v.variant('kind', [
  v.object({ kind: v.literal('arc'), ...encoderShape }),
  v.object({ kind: v.literal('pcc'), ...encoderShape, max_memory_tokens: count }),
]);

/** `projector/config.json`. `decoder` is the id of the decoder that the projector was trained for. */
export const projectorConfigSchema = v.object({
  kind: v.picklist(['mlp', 'pcc']),
  in_size: count,
  hidden_size: count,
  out_size: count,
  rms_norm_eps: positive,
  decoder: v.string(),
});

/** `slot-code/config.json`. */
export const slotCodeConfigSchema = v.object({
  kind: v.literal('product'),
  width: count,
  parts: count,
  part_width: count,
  centroids: v.pipe(count, v.maxValue(mostCentroids)),
});

/** `bundle-meta.json`: what the weights don't say. */
export const bundleMetaSchema = v.object({
  id: v.string(),
  version: v.string(),
  decoder_id: v.string(),
  metrics: v.record(v.string(), v.unknown()),
  template: v.object({ bos: v.string(), file: v.string(), user: v.string(), assistant: v.string(), end: v.string() }),
});

export type EncoderConfig = v.InferOutput<typeof encoderConfigSchema>;
export type ProjectorConfig = v.InferOutput<typeof projectorConfigSchema>;
export type BundleMeta = v.InferOutput<typeof bundleMetaSchema>;
