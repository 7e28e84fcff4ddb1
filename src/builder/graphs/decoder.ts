import type { Value } from '../onnx/graph';
import { linear } from '../weights/linear';
import { addRotaryTables, type RotaryTables } from '../weights/rotary';
import type { LinearScheme } from '../weights/schemes';
import type { WeightWriter } from '../weights/weightWriter';
import type { LayerForm } from './layerForm';
import { attentionOutput, feedForward, headsOf, rotaryOf, values, type LayerContext, type TransformerShape } from './layerParts';
import { addAndNorm, streamNorm, type Stream } from './residual';

export interface DecoderGraphOptions {
  readonly shape: TransformerShape;
  readonly form: LayerForm;
  /** Positions that the rotary tables cover. */
  readonly positions: number;
  /** True when the head is the embedding table. */
  readonly tiedHead: boolean;
  readonly schemes: { readonly layers: LinearScheme; readonly head: LinearScheme };
}

/**
 * A decoder from embeddings to logits. S positions of this call follow those in the cache; R of them get logits.
 * In: `inputs_embeds` [1, S, D], `past_key_values.{i}.key|value` [1, KV, capacity, headSize], `seqlens_k` int32 [1] (all positions - 1),
 * `total_sequence_length` int32 scalar, `logit_rows` int64 [R] (0 .. S-1; may be empty).
 * Out: `logits` [R, V], `present.{i}.key|value`: the past buffers themselves when the caller binds them as outputs too.
 */
export async function addDecoder(writer: WeightWriter, options: DecoderGraphOptions): Promise<void> {
  const { graph } = writer;
  const { shape, form, schemes } = options;
  const embedded = graph.input('inputs_embeds', 'float', [1, 'positions', shape.width]);
  graph.input('seqlens_k', 'int32', [1]);
  graph.input('total_sequence_length', 'int32', []);
  const rows = graph.input('logit_rows', 'int64', ['rows']);
  const rotary = await addRotaryTables(writer, options.positions, rotaryOf(shape));
  const first = form.placement === 'before' ? await streamNorm(writer, embedded, 'model.layers.0.input_layernorm.weight', shape, form) : embedded;
  let stream: Stream = { sum: embedded, normed: first };
  for (let layer = 0; layer < shape.layers; layer++) {
    const context = { writer, shape, form, scheme: schemes.layers, prefix: `model.layers.${layer}.` };
    let attended = await cachedAttention(context, stream.normed, layer, rotary);
    let { sum } = stream;
    const last = layer === shape.layers - 1;
    if (last) {
      // Only the wanted rows go on: the others' keys and values are in the cache by now.
      attended = graph.node('Gather', [attended, rows], { attributes: { axis: 1 } });
      sum = graph.node('Gather', [sum, rows], { attributes: { axis: 1 } });
    }
    const nextNorm = last ? 'model.norm.weight' : `model.layers.${layer + 1}.input_layernorm.weight`;
    stream = form.placement === 'before' ? await normsBefore(context, sum, attended, nextNorm) : await normsAfter(context, sum, attended);
  }
  const normed = form.placement === 'before' ? stream.normed : await streamNorm(writer, stream.sum, 'model.norm.weight', shape, form);
  const head = options.tiedHead ? 'model.embed_tokens.weight' : 'lm_head.weight';
  const source = { parts: [{ tensor: head, rows: shape.vocabulary }], columns: shape.width };
  const logits = await linear(writer, normed, head, source, schemes.head);
  graph.node('Squeeze', [logits, graph.ints([0])], {}, 'logits');
  graph.output('logits', 'float', ['rows', shape.vocabulary]);
}

/** The rest of a layer after its attention. `nextNorm` is the norm that the next part of the decoder starts with. */
async function normsBefore(context: LayerContext, residual: Value, attended: Value, nextNorm: string): Promise<Stream> {
  const { writer, shape, form, prefix } = context;
  const middle = await addAndNorm(writer, residual, await attentionOutput(context, attended), `${prefix}post_attention_layernorm.weight`, shape, form);
  return addAndNorm(writer, middle.sum, await feedForward(context, middle.normed), nextNorm, shape, form);
}

/** The same where the norms are on what attention and feed-forward network give. */
async function normsAfter(context: LayerContext, residual: Value, attended: Value): Promise<Stream> {
  const { writer, shape, form, prefix } = context;
  const { graph } = writer;
  const normed = await streamNorm(writer, await attentionOutput(context, attended), `${prefix}post_attention_layernorm.weight`, shape, form);
  const middle = graph.node('Add', [residual, normed]);
  const delta = await streamNorm(writer, await feedForward(context, middle), `${prefix}post_feedforward_layernorm.weight`, shape, form);
  const sum = graph.node('Add', [middle, delta]);
  return { sum, normed: sum };
}

/** Causal attention of this call's positions over the cache and themselves. -> [1, S, heads * headSize] */
async function cachedAttention(context: LayerContext, normed: Value, layer: number, rotary: RotaryTables): Promise<Value> {
  const { writer: { graph }, shape, form } = context;
  const cacheShape = (extent: string) => [1, shape.kvHeads, extent, shape.headSize];
  const pastKey = graph.input(`past_key_values.${layer}.key`, 'float', cacheShape('capacity'));
  const pastValue = graph.input(`past_key_values.${layer}.value`, 'float', cacheShape('capacity'));
  const present = [`present.${layer}.key`, `present.${layer}.value`];
  present.forEach(name => graph.output(name, 'float', cacheShape('present_capacity')));
  const query = await headsOf(context, normed, 'q');
  const key = await headsOf(context, normed, 'k');
  const value = await values(context, normed);
  const attended = graph.fresh('attended');
  graph.nodeWithOutputs(
    'GroupQueryAttention',
    [query, key, value, pastKey, pastValue, 'seqlens_k', 'total_sequence_length', rotary.cos, rotary.sin],
    [attended, ...present],
    { domain: 'com.microsoft', attributes: { num_heads: shape.heads, kv_num_heads: shape.kvHeads, do_rotary: 1, ...(form.slidingWindow === undefined ? {} : { local_window_size: form.slidingWindow }) } },
  );
  return attended;
}
