/** ARC-Encoder's names of tensors, which are Mistral's. Source: kyutai-labs/ARC-Encoder embed_llm/models/transformer_layers.py. */
const layerParts = new Map([
  ['input_layernorm', 'attention_norm'],
  ['post_attention_layernorm', 'ffn_norm'],
  ['self_attn.q_proj', 'attention.wq'],
  ['self_attn.k_proj', 'attention.wk'],
  ['self_attn.v_proj', 'attention.wv'],
  ['self_attn.o_proj', 'attention.wo'],
  ['mlp.gate_proj', 'feed_forward.w1'],
  ['mlp.down_proj', 'feed_forward.w2'],
  ['mlp.up_proj', 'feed_forward.w3'],
]);

/**
 * What a checkpoint calls a tensor of the encoder. `rec` and `cont` exist once per decoder; older checkpoints have one of each without a
 * number.
 */
export function encoderTensor(name: string, prefix: string, decoder: number, has: (name: string) => boolean): string {
  const special = /^(rec_tok|cont_tok)\.weight$/.exec(name)?.[1];
  if (special !== undefined) {
    const numbered = `${prefix}${special}.${decoder}.weight`;
    return has(numbered) ? numbered : `${prefix}${special}.weight`;
  }
  const layer = /^layers\.(\d+)\.(.+)\.weight$/.exec(name);
  if (layer !== null) {
    return `${prefix}layers.${layer[1] ?? ''}.${layerParts.get(layer[2] ?? '') ?? layer[2] ?? ''}.weight`;
  }
  return name === 'embed_tokens.weight' ? `${prefix}tok_embeddings.weight` : `${prefix}${name}`;
}

/** What a checkpoint calls a tensor of the bridge: with several decoders, each has a bridge of its own. */
export function bridgeTensor(name: string, prefix: string, decoder: number, several: boolean): string {
  return several ? `${prefix}${decoder}.${name}` : `${prefix}${name}`;
}
