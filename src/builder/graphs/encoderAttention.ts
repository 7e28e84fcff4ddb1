import type { Value } from '../onnx/graph';
import type { RotaryTables } from '../weights/rotary';
import { headsOf, values, type LayerContext, type TransformerShape } from './layerParts';

/** Which keys of a row of the batch count, in the forms that the operators want. */
export interface SequenceLengths {
  /** int32 [B]: real positions - 1. */
  readonly lastPosition: Value;
  /** int32 scalar: T. */
  readonly total: Value;
}

/** Attention of every position over its own window, with rotary embedding at 0 .. T-1. -> [B, T, heads * headSize] */
export async function selfAttention(
  context: LayerContext,
  normed: Value,
  lengths: SequenceLengths,
  rotary: RotaryTables | undefined,
  direction: 'causal' | 'bidirectional',
): Promise<Value> {
  const { writer: { graph }, shape } = context;
  const query = await headsOf(context, normed, 'q');
  const key = await headsOf(context, normed, 'k');
  const value = await values(context, normed);
  const attributes = { num_heads: shape.heads, kv_num_heads: shape.kvHeads, ...rotaryAttributes(shape), causal: direction === 'causal' ? 1 : 0 };
  const inputs = [query, key, value, '', '', lengths.lastPosition, lengths.total, ...(rotary === undefined ? [] : [rotary.cos, rotary.sin])];
  return graph.node('GroupQueryAttention', inputs, { domain: 'com.microsoft', attributes });
}

/**
 * ARC's pooled attention: queries from the pooled residual at compact positions 0 .. S-1, keys and values from every position of the window.
 * `bias` [B, 1, 1, T] is 0 for real keys and very negative for padding. Query heads that share a key head are laid one after another along
 * the sequence, so that no key is repeated. -> [B, S, heads * headSize]
 */
export async function pooledAttention(context: LayerContext, pooledNormed: Value, normed: Value, bias: Value, rotary: RotaryTables): Promise<Value> {
  const { writer: { graph }, shape } = context;
  const { heads, kvHeads, headSize } = shape;
  const group = heads / kvHeads;
  const start = graph.ints([0]);
  const rotate = (input: Value) => graph.node('RotaryEmbedding', [input, start, rotary.cos, rotary.sin], { domain: 'com.microsoft', attributes: { interleaved: interleaved(shape.rotary) } });
  const perKeyHead = (input: Value) => {
    const split = graph.node('Reshape', [input, graph.ints([0, 0, kvHeads, headSize])]);
    return graph.node('Transpose', [split], { attributes: { perm: [0, 2, 1, 3] } });
  };
  const query = graph.node('Reshape', [rotate(await headsOf(context, pooledNormed, 'q')), graph.ints([0, 0, kvHeads, group, headSize])]);
  const grouped = graph.node('Transpose', [query], { attributes: { perm: [0, 2, 3, 1, 4] } });
  const queryRows = graph.node('Reshape', [grouped, graph.ints([0, kvHeads, -1, headSize])]);
  const key = perKeyHead(rotate(await headsOf(context, normed, 'k')));
  const value = perKeyHead(await values(context, normed));
  const attributes = { transB: 1, alpha: { float: 1 / Math.sqrt(headSize) } };
  const scores = graph.node('FusedMatMul', [queryRows, key], { domain: 'com.microsoft', attributes });
  const weights = graph.node('Softmax', [graph.node('Add', [scores, bias])], { attributes: { axis: -1 } });
  const mixed = graph.node('MatMul', [weights, value]);
  const ungrouped = graph.node('Reshape', [mixed, graph.ints([0, kvHeads, group, -1, headSize])]);
  const ordered = graph.node('Transpose', [ungrouped], { attributes: { perm: [0, 3, 1, 2, 4] } });
  return graph.node('Reshape', [ordered, graph.ints([0, 0, heads * headSize])]);
}

function rotaryAttributes({ rotary }: TransformerShape): Readonly<Record<string, number>> {
  return rotary === undefined ? { do_rotary: 0 } : { do_rotary: 1, rotary_interleaved: interleaved(rotary) };
}

/** What the rotary operators call the layout of the values that turn together. */
function interleaved(rotary: TransformerShape['rotary']): 0 | 1 {
  return rotary?.layout === 'pairs' ? 1 : 0;
}
