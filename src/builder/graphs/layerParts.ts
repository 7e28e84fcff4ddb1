import type { Value } from '../onnx/graph';
import { linear } from '../weights/linear';
import type { LinearScheme } from '../weights/schemes';
import type { WeightWriter } from '../weights/weightWriter';

/** Extents that every layer of a transformer shares. `inner` is the width of the feed-forward network. */
export interface TransformerShape {
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly inner: number;
  readonly vocabulary: number;
  readonly epsilon: number;
  readonly theta: number;
}

/** What the parts of a layer need; `prefix` leads the names of its tensors, for example `model.layers.0.`. */
export interface LayerContext {
  readonly writer: WeightWriter;
  readonly shape: TransformerShape;
  readonly scheme: LinearScheme;
  readonly prefix: string;
}

/** RMSNorm over the last axis with the weight tensor `name`. */
export async function rmsNorm(writer: WeightWriter, input: Value, name: string, length: number, epsilon: number, output?: string): Promise<Value> {
  const weight = await writer.vector(name, length);
  return writer.graph.node('SimplifiedLayerNormalization', [input, weight], { attributes: { axis: -1, epsilon: { float: epsilon } } }, output);
}

/** sum = residual + delta and normed = RMSNorm(sum), in one pass over memory. */
export async function addAndNorm(
  writer: WeightWriter,
  residual: Value,
  delta: Value,
  name: string,
  { width, epsilon }: TransformerShape,
): Promise<{ readonly sum: Value; readonly normed: Value }> {
  const { graph } = writer;
  const weight = await writer.vector(name, width);
  const normed = graph.fresh('normed');
  const sum = graph.fresh('sum');
  const options = { domain: 'com.microsoft', attributes: { epsilon: { float: epsilon } } } as const;
  graph.nodeWithOutputs('SkipSimplifiedLayerNormalization', [residual, delta, weight], [normed, '', '', sum], options);
  return { sum, normed };
}

/** [B, T, width] -> [B, T, heads * headSize], RMS-normed per head, before rotary embedding: Qwen3's query and key norms. */
export async function normedHeads(context: LayerContext, input: Value, role: 'q' | 'k'): Promise<Value> {
  const { writer, shape, prefix } = context;
  const { graph } = writer;
  const heads = role === 'q' ? shape.heads : shape.kvHeads;
  const flat = await project(context, input, role, heads);
  const split = graph.node('Reshape', [flat, graph.ints([0, 0, heads, shape.headSize])]);
  const normed = await rmsNorm(writer, split, `${prefix}self_attn.${role}_norm.weight`, shape.headSize, shape.epsilon);
  return graph.node('Reshape', [normed, graph.ints([0, 0, heads * shape.headSize])]);
}

/** [B, T, width] -> [B, T, kvHeads * headSize]. */
export function values(context: LayerContext, input: Value): Promise<Value> {
  return project(context, input, 'v', context.shape.kvHeads);
}

function project({ writer, shape, scheme, prefix }: LayerContext, input: Value, role: string, heads: number): Promise<Value> {
  const tensor = `${prefix}self_attn.${role}_proj.weight`;
  return linear(writer, input, tensor, { parts: [{ tensor, rows: heads * shape.headSize }], columns: shape.width }, scheme);
}

/** [B, T, heads * headSize] -> [B, T, width]. */
export function attentionOutput({ writer, shape, scheme, prefix }: LayerContext, input: Value): Promise<Value> {
  const tensor = `${prefix}self_attn.o_proj.weight`;
  return linear(writer, input, tensor, { parts: [{ tensor, rows: shape.width }], columns: shape.heads * shape.headSize }, scheme);
}

/** SwiGLU: down(silu(gate(x)) * up(x)). */
export async function feedForward({ writer, shape, scheme, prefix }: LayerContext, input: Value): Promise<Value> {
  const { graph } = writer;
  const wide = (role: string) => {
    const tensor = `${prefix}mlp.${role}_proj.weight`;
    return linear(writer, input, tensor, { parts: [{ tensor, rows: shape.inner }], columns: shape.width }, scheme);
  };
  const gate = await wide('gate');
  const up = await wide('up');
  // QuickGelu with alpha 1 is x * sigmoid(x).
  const silu = graph.node('QuickGelu', [gate], { domain: 'com.microsoft', attributes: { alpha: { float: 1 } } });
  const product = graph.node('Mul', [silu, up]);
  const tensor = `${prefix}mlp.down_proj.weight`;
  return linear(writer, product, tensor, { parts: [{ tensor, rows: shape.width }], columns: shape.inner }, scheme);
}
