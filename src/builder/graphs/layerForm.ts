/** What the layers of families differ in. Everything else is shared: grouped-query attention, and Hugging Face's names of tensors. */
export interface LayerForm {
  /** `layer` is LayerNorm with weights and biases (GPT-2), `centred` without (OLMo). */
  readonly norm: 'rms' | 'layer' | 'centred';
  /** `gated`: down(silu(gate(x)) * up(x)); `plain`: down(gelu(up(x))) with the tanh form of GELU (GPT-2). */
  readonly feedForward: 'gated' | 'plain';
  /** Norms stand before attention and feed-forward network, or on their outputs (OLMo-2). */
  readonly placement: 'before' | 'after';
  /** RMSNorm of queries and keys before rotation: of each head (Qwen3) or of all heads together (OLMo-2). */
  readonly queryKeyNorm: 'none' | 'head' | 'row';
  readonly biases: { readonly queryKeyValue: boolean; readonly output: boolean; readonly feedForward: boolean };
  /** Queries, keys and values are rows of one matrix (GPT-2, Phi-3), gate and up of another (Phi-3). */
  readonly packed: boolean;
  /** Queries, keys and values are clipped to this magnitude (OLMo). */
  readonly clip: number | undefined;
  /** A position sees this many positions, itself included (Mistral, Phi-3); all before it when undefined. */
  readonly slidingWindow: number | undefined;
}

export const plainForm: LayerForm = {
  norm: 'rms',
  feedForward: 'gated',
  placement: 'before',
  queryKeyNorm: 'none',
  biases: { queryKeyValue: false, output: false, feedForward: false },
  packed: false,
  clip: undefined,
  slidingWindow: undefined,
};

/** GPT-2's layers. */
export const gpt2Form: LayerForm = {
  ...plainForm,
  norm: 'layer',
  feedForward: 'plain',
  biases: { queryKeyValue: true, output: true, feedForward: true },
  packed: true,
};

/** Qwen3's layers: also those of Shorthand's own encoders. */
export const qwen3Form: LayerForm = { ...plainForm, queryKeyNorm: 'head' };
