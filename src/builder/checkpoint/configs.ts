import * as v from 'valibot';
import { ratioSchema } from '../../common/bundle';

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const positive = v.pipe(v.number(), v.gtValue(0));

/** The default type of rotary embedding is the only one that the graphs compute. */
const plainRope = v.optional(v.literal('default'));

/** `decoder/config.json`: Hugging Face's `Qwen3Config`. Newer releases of transformers keep `rope_theta` inside `rope_parameters`. */
export const decoderConfigSchema = v.object({
  model_type: v.literal('qwen3'),
  hidden_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: count,
  head_dim: v.optional(count),
  intermediate_size: count,
  vocab_size: count,
  max_position_embeddings: count,
  rms_norm_eps: positive,
  rope_theta: v.optional(positive),
  rope_parameters: v.optional(v.object({ rope_theta: positive, rope_type: plainRope })),
  rope_scaling: v.nullish(v.object({ rope_type: plainRope, type: plainRope })),
  hidden_act: v.optional(v.literal('silu')),
  attention_bias: v.optional(v.literal(false)),
  use_sliding_window: v.optional(v.literal(false)),
  tie_word_embeddings: v.optional(v.boolean(), true),
});

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

/** `bundle-meta.json`: what the weights don't say. */
export const bundleMetaSchema = v.object({
  id: v.string(),
  version: v.string(),
  decoder_id: v.string(),
  metrics: v.record(v.string(), v.unknown()),
  template: v.object({ bos: v.string(), file: v.string(), user: v.string(), assistant: v.string(), end: v.string() }),
});

export type DecoderConfig = v.InferOutput<typeof decoderConfigSchema>;
export type EncoderConfig = v.InferOutput<typeof encoderConfigSchema>;
export type ProjectorConfig = v.InferOutput<typeof projectorConfigSchema>;
export type BundleMeta = v.InferOutput<typeof bundleMetaSchema>;
