import type { PccEncoderSpec, Ratio } from '../../../common/bundle';
import { plainForm, qwen3Form, type LayerForm } from '../../graphs/layerForm';
import type { TransformerShape } from '../../graphs/layerParts';
import type { EncoderConfig, ProjectorConfig } from '../configs';
import { checkedShape } from '../shapes';

/** All that the graph of an encoder depends on, wherever its checkpoint comes from. */
export type EncoderPlan = {
  readonly shape: TransformerShape;
  readonly form: LayerForm;
  /** Most tokens of a window. */
  readonly window: number;
  readonly ratios: readonly Ratio[];
} & ({ readonly kind: 'arc' } | {
      readonly kind: 'pcc';
      readonly maxMemoryTokens: number;
      readonly memory: PccEncoderSpec['memory'];
      /** The table that holds the memory tokens: one of their own, or the vocabulary's, whose last rows they are. */
      readonly memoryTable: 'mem_embeddings.weight' | 'embed_tokens.weight';
    });

/** What takes slots of `inWidth` values to a decoder's embeddings of `outWidth`. */
export type ProjectorPlan = {
  /** Id of the decoder that it was trained for. */
  readonly decoder: string;
  readonly inWidth: number;
  readonly outWidth: number;
} & (
  | {
      /** RMSNorm, Linear, GELU, Linear; `scaled` gives every row the RMS `output_scale` afterwards. */
      readonly kind: 'mlp';
      readonly inner: number;
      readonly epsilon: number;
      readonly scaled: boolean;
    }
  /** ARC-Encoder's bridge: one matrix or two, without biases, after an RMSNorm where it has one. */
  | { readonly kind: 'bridge'; readonly inner: number | undefined; readonly normed: boolean }
);

/** The encoders that `training/` writes have Qwen3's layers, or Llama's. Errors: `bundle-corrupt`, `bundle-unsupported`. */
export function planEncoder(config: EncoderConfig): EncoderPlan {
  const shape = checkedShape('encoder', {
    layers: config.num_hidden_layers,
    width: config.hidden_size,
    heads: config.num_attention_heads,
    kvHeads: config.num_key_value_heads,
    headSize: config.head_dim,
    inner: config.intermediate_size,
    vocabulary: config.vocab_size,
    epsilon: config.rms_norm_eps,
    rotary: { theta: config.rope_theta, size: config.head_dim, scaling: { kind: 'none' }, layout: 'halves' },
  });
  const shared = { shape, form: config.qk_norm ? qwen3Form : plainForm, window: config.window, ratios: config.ratios };
  return config.kind === 'arc' ? { kind: 'arc', ...shared } : { kind: 'pcc', ...shared, maxMemoryTokens: config.max_memory_tokens, memory: 'by-place', memoryTable: 'mem_embeddings.weight' };
}

export function planProjector({ kind, decoder, in_size, hidden_size, out_size, rms_norm_eps }: ProjectorConfig): ProjectorPlan {
  return { kind: 'mlp', decoder, inWidth: in_size, outWidth: out_size, inner: hidden_size, epsilon: rms_norm_eps, scaled: kind === 'mlp' };
}
