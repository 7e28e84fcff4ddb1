/**
 * What the layers of decoder families differ in. Everything else is shared: rotary positions, grouped-query attention, a gated feed-forward
 * network with SiLU, and Hugging Face's names of tensors.
 */
export interface LayerForm {
  /** `centred` is LayerNorm without weights (OLMo). */
  readonly norm: 'rms' | 'centred';
  /** Norms stand before attention and feed-forward network, or on their outputs (OLMo-2). */
  readonly placement: 'before' | 'after';
  /** RMSNorm of queries and keys before rotation: of each head (Qwen3) or of all heads together (OLMo-2). */
  readonly queryKeyNorm: 'none' | 'head' | 'row';
  readonly biases: { readonly queryKeyValue: boolean; readonly output: boolean; readonly feedForward: boolean };
  /** Queries, keys and values are rows of one matrix, gate and up of another (Phi-3). */
  readonly packed: boolean;
  /** Queries, keys and values are clipped to this magnitude (OLMo). */
  readonly clip: number | undefined;
  /** A position sees this many positions, itself included (Mistral, Phi-3); all before it when undefined. */
  readonly slidingWindow: number | undefined;
}

export const plainForm: LayerForm = {
  norm: 'rms',
  placement: 'before',
  queryKeyNorm: 'none',
  biases: { queryKeyValue: false, output: false, feedForward: false },
  packed: false,
  clip: undefined,
  slidingWindow: undefined,
};

/** Qwen3's layers: also those of Shorthand's own encoders. */
export const qwen3Form: LayerForm = { ...plainForm, queryKeyNorm: 'head' };
