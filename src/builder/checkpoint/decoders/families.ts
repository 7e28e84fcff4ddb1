import * as v from 'valibot';
import { assertNever } from '../../../common/assertNever';
import { plainForm, qwen3Form, type LayerForm } from '../../graphs/layerForm';
import { ropeFields } from './rope';

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const positive = v.pipe(v.number(), v.gtValue(0));

const shared = {
  hidden_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: v.nullish(count),
  head_dim: v.nullish(count),
  intermediate_size: count,
  vocab_size: count,
  hidden_act: v.optional(v.literal('silu')),
  /** Where it is left out, a head among the tensors says that it is not tied. */
  tie_word_embeddings: v.optional(v.boolean()),
  ...ropeFields,
};
const epsilon = { rms_norm_eps: v.optional(positive, 1e-6) };
const attentionBias = { attention_bias: v.optional(v.boolean(), false) };
/** Qwen's sliding window is of some layers only. */
const noSlidingWindow = { use_sliding_window: v.optional(v.literal(false)) };
const slidingWindow = { sliding_window: v.nullish(count) };

/** `config.json` of the decoders that can be built, by `model_type`: Hugging Face's `...ForCausalLM`. SmolLM and SmolLM2 are of the type llama. */
export const decoderConfigSchema = v.variant('model_type', [
  v.object({ model_type: v.literal('llama'), ...shared, ...epsilon, ...attentionBias, mlp_bias: v.optional(v.boolean(), false) }),
  v.object({ model_type: v.literal('mistral'), ...shared, ...epsilon, ...slidingWindow }),
  v.object({ model_type: v.literal('qwen2'), ...shared, ...epsilon, ...noSlidingWindow }),
  v.object({ model_type: v.literal('qwen3'), ...shared, ...epsilon, ...attentionBias, ...noSlidingWindow }),
  v.object({ model_type: v.literal('olmo'), ...shared, ...attentionBias, clip_qkv: v.nullish(positive) }),
  v.object({ model_type: v.literal('olmo2'), ...shared, ...epsilon, ...attentionBias }),
  v.object({ model_type: v.literal('phi3'), ...shared, ...epsilon, ...slidingWindow }),
]);

export type DecoderConfig = v.InferOutput<typeof decoderConfigSchema>;

/** What the layers of a family compute. */
export function layerForm(config: DecoderConfig): LayerForm {
  switch (config.model_type) {
    case 'llama':
      return { ...plainForm, biases: { queryKeyValue: config.attention_bias, output: config.attention_bias, feedForward: config.mlp_bias } };
    case 'mistral':
      return { ...plainForm, slidingWindow: config.sliding_window ?? undefined };
    case 'qwen2':
      return { ...plainForm, biases: { ...plainForm.biases, queryKeyValue: true } };
    case 'qwen3':
      return { ...qwen3Form, biases: attentionBiases(config.attention_bias) };
    case 'olmo':
      return { ...plainForm, norm: 'centred', clip: config.clip_qkv ?? undefined, biases: attentionBiases(config.attention_bias) };
    case 'olmo2':
      return { ...plainForm, placement: 'after', queryKeyNorm: 'row', biases: attentionBiases(config.attention_bias) };
    case 'phi3':
      return { ...plainForm, packed: true, slidingWindow: config.sliding_window ?? undefined };
    default:
      return assertNever(config);
  }
}

function attentionBiases(biased: boolean): LayerForm['biases'] {
  return { queryKeyValue: biased, output: biased, feedForward: false };
}

/** transformers' constant for OLMo's norms, which have no weights and no setting. */
const olmoEpsilon = 1e-5;

/** What the norms add to a variance. */
export function normEpsilon(config: DecoderConfig): number {
  return config.model_type === 'olmo' ? olmoEpsilon : config.rms_norm_eps;
}

/** Values per head where the configuration doesn't say. `Qwen3Config` has a default of its own, whatever the width. */
export function headSize(config: DecoderConfig): number {
  return config.head_dim ?? (config.model_type === 'qwen3' ? 128 : config.hidden_size / config.num_attention_heads);
}
