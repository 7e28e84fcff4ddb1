import * as v from 'valibot';
import { decoderConfigSchema } from '../decoders/families';

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** `config.json` of GPT-2 in Hugging Face's layout, as PCC's light encoder has it. */
export const gpt2ConfigSchema = v.object({
  model_type: v.literal('gpt2'),
  n_embd: count,
  n_layer: count,
  n_head: count,
  n_inner: v.nullish(count),
  n_positions: count,
  vocab_size: count,
  layer_norm_epsilon: v.optional(v.pipe(v.number(), v.gtValue(0)), 1e-5),
  activation_function: v.optional(v.literal('gelu_new'), 'gelu_new'),
  scale_attn_weights: v.optional(v.literal(true), true),
  scale_attn_by_inverse_layer_idx: v.optional(v.literal(false), false),
});

export type Gpt2Config = v.InferOutput<typeof gpt2ConfigSchema>;

/** The compressors that PCC was published with: GPT2-Large, fully trained, and Llama-3-8B with LoRA. */
export const pccConfigSchema = v.variant('model_type', [gpt2ConfigSchema, ...decoderConfigSchema.options]);

/** `adapter_config.json` of PEFT: a LoRA adapter of a plain kind. */
export const adapterSchema = v.object({
  peft_type: v.optional(v.literal('LORA'), 'LORA'),
  r: count,
  lora_alpha: v.pipe(v.number(), v.gtValue(0)),
  use_rslora: v.optional(v.literal(false), false),
  use_dora: v.optional(v.literal(false), false),
  fan_in_fan_out: v.optional(v.literal(false), false),
  bias: v.optional(v.literal('none'), 'none'),
  rank_pattern: v.optional(v.pipe(v.record(v.string(), v.number()), v.maxEntries(0)), {}),
  alpha_pattern: v.optional(v.pipe(v.record(v.string(), v.number()), v.maxEntries(0)), {}),
});
