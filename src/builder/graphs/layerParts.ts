import { ShorthandError } from '../../common/errors';
import type { Value } from '../onnx/graph';
import { linear } from '../weights/linear';
import type { Rotary } from '../weights/rotary';
import type { LinearScheme } from '../weights/schemes';
import type { MatrixSource, WeightWriter } from '../weights/weightWriter';
import type { LayerForm } from './layerForm';

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
  /** Undefined where positions are learnt and added to the embeddings (GPT-2). */
  readonly rotary: Rotary | undefined;
}

/** What the parts of a layer need; `prefix` leads the names of its tensors, for example `model.layers.0.`. */
export interface LayerContext {
  readonly writer: WeightWriter;
  readonly shape: TransformerShape;
  readonly form: LayerForm;
  readonly scheme: LinearScheme;
  readonly prefix: string;
}

/** The rotary embedding of a network that needs one. Errors: `bundle-unsupported`. */
export function rotaryOf({ rotary }: TransformerShape): Rotary {
  if (rotary === undefined) {
    throw new ShorthandError('bundle-unsupported', 'Learnt positions can only be computed for PCC encoders.');
  }
  return rotary;
}

/** RMSNorm over the last axis with the weight tensor `name`. */
export async function rmsNorm(writer: WeightWriter, input: Value, name: string, length: number, epsilon: number, output?: string): Promise<Value> {
  const weight = await writer.vector(name, length);
  return writer.graph.node('SimplifiedLayerNormalization', [input, weight], { attributes: { axis: -1, epsilon: { float: epsilon } } }, output);
}

/** [B, T, width] -> [B, T, heads * headSize] before rotary embedding: queries or keys. */
export async function headsOf(context: LayerContext, input: Value, role: 'q' | 'k'): Promise<Value> {
  const { writer, shape, form, prefix } = context;
  const { graph } = writer;
  const heads = role === 'q' ? shape.heads : shape.kvHeads;
  const flat = await project(context, input, role, heads);
  const weight = `${prefix}self_attn.${role}_norm.weight`;
  if (form.queryKeyNorm === 'none') {
    return flat;
  }
  if (form.queryKeyNorm === 'row') {
    return rmsNorm(writer, flat, weight, heads * shape.headSize, shape.epsilon);
  }
  const split = graph.node('Reshape', [flat, graph.ints([0, 0, heads, shape.headSize])]);
  const normed = await rmsNorm(writer, split, weight, shape.headSize, shape.epsilon);
  return graph.node('Reshape', [normed, graph.ints([0, 0, heads * shape.headSize])]);
}

/** [B, T, width] -> [B, T, kvHeads * headSize]. */
export function values(context: LayerContext, input: Value): Promise<Value> {
  return project(context, input, 'v', context.shape.kvHeads);
}

async function project(context: LayerContext, input: Value, role: 'q' | 'k' | 'v', heads: number): Promise<Value> {
  const { shape, form, writer: { graph } } = context;
  const rows = heads * shape.headSize;
  const product = form.packed
    ? await matrix(context, input, `self_attn.${role}`, { tensor: 'self_attn.qkv_proj', rows, columns: shape.width, skipped: packedStart(shape, role), biased: form.biases.queryKeyValue })
    : await matrix(context, input, `self_attn.${role}`, { tensor: `self_attn.${role}_proj`, rows, columns: shape.width, biased: form.biases.queryKeyValue });
  return form.clip === undefined ? product : graph.node('Clip', [product, graph.scalar('float', -form.clip), graph.scalar('float', form.clip)]);
}

/** Rows before those of a role where queries, keys and values are one matrix. */
function packedStart({ heads, kvHeads, headSize }: TransformerShape, role: 'q' | 'k' | 'v'): number {
  return headSize * { q: 0, k: heads, v: heads + kvHeads }[role];
}

/** [B, T, heads * headSize] -> [B, T, width]. */
export function attentionOutput(context: LayerContext, input: Value): Promise<Value> {
  const { shape, form } = context;
  return matrix(context, input, 'self_attn.o', { tensor: 'self_attn.o_proj', rows: shape.width, columns: shape.heads * shape.headSize, biased: form.biases.output });
}

export async function feedForward(context: LayerContext, input: Value): Promise<Value> {
  const { writer: { graph }, shape: { width, inner }, form } = context;
  const biased = form.biases.feedForward;
  const down = (hidden: Value) => matrix(context, hidden, 'mlp.down', { tensor: 'mlp.down_proj', rows: width, columns: inner, biased });
  if (form.feedForward === 'plain') {
    const wide = await matrix(context, input, 'mlp.up', { tensor: 'mlp.up_proj', rows: inner, columns: width, biased });
    return down(graph.node('FastGelu', [wide], { domain: 'com.microsoft' }));
  }
  const wide = (role: 'gate' | 'up') =>
    form.packed
      ? matrix(context, input, `mlp.${role}`, { tensor: 'mlp.gate_up_proj', rows: inner, columns: width, skipped: role === 'gate' ? 0 : inner, biased: false })
      : matrix(context, input, `mlp.${role}`, { tensor: `mlp.${role}_proj`, rows: inner, columns: width, biased });
  const gate = await wide('gate');
  const up = await wide('up');
  // QuickGelu with alpha 1 is x * sigmoid(x).
  const silu = graph.node('QuickGelu', [gate], { domain: 'com.microsoft', attributes: { alpha: { float: 1 } } });
  return down(graph.node('Mul', [silu, up]));
}

interface LayerMatrix {
  /** Without the layer's prefix and without `.weight` or `.bias`. */
  readonly tensor: string;
  readonly rows: number;
  readonly columns: number;
  /** Rows of the tensor before those that are meant. */
  readonly skipped?: number;
  readonly biased: boolean;
}

/** y = x W^T + b with a matrix of the layer; `name` names it in the graph. */
async function matrix({ writer, scheme, prefix }: LayerContext, input: Value, name: string, { tensor, rows, columns, skipped, biased }: LayerMatrix): Promise<Value> {
  const part = { tensor: `${prefix}${tensor}.weight`, rows, ...(skipped === undefined ? {} : { firstRow: skipped }) };
  const source: MatrixSource = { parts: [part], columns };
  const product = await linear(writer, input, `${prefix}${name}.weight`, source, scheme);
  return biased ? writer.graph.node('Add', [product, await writer.vector(`${prefix}${tensor}.bias`, rows, `${prefix}${name}.bias`, skipped)]) : product;
}
