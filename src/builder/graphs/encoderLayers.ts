import { elementTypes, type Value } from '../onnx/graph';
import type { LinearScheme } from '../weights/schemes';
import type { MatrixSource, WeightWriter } from '../weights/weightWriter';
import type { LayerForm } from './layerForm';
import { attentionOutput, feedForward, type LayerContext, type TransformerShape } from './layerParts';
import { addAndNorm, streamNorm } from './residual';

export interface EncoderGraphOptions {
  readonly shape: TransformerShape;
  readonly form: LayerForm;
  /** Positions that an input has at most: a window, with PCC's memory tokens behind it. */
  readonly positions: number;
  /** Rows of the embedding table; PCC's memory tokens come last. */
  readonly embeddings: MatrixSource;
  readonly scheme: LinearScheme;
}

/** The residual stream and its norm at the entry of a layer. */
export interface LayerInput {
  readonly sum: Value;
  readonly normed: Value;
}

/** Embeds `ids` [B, T] and runs every layer but the last. `attend` adds a layer's attention over its normed input. */
export async function layersBeforeLast(
  writer: WeightWriter,
  options: EncoderGraphOptions,
  ids: Value,
  attend: (context: LayerContext, normed: Value) => Promise<Value>,
): Promise<LayerInput> {
  const { shape, form } = options;
  let sum = await embed(writer, options, ids);
  let normed = await streamNorm(writer, sum, 'layers.0.input_layernorm.weight', shape, form);
  for (let layer = 0; layer < shape.layers - 1; layer++) {
    const context = layerContext(writer, options, layer);
    const half = await secondHalf(context, sum, await attend(context, normed));
    ({ sum, normed } = await addAndNorm(writer, half.sum, half.delta, `layers.${layer + 1}.input_layernorm.weight`, shape, form));
  }
  return { sum, normed };
}

/** What follows attention in a layer. -> the layer's output */
export async function finishLayer(context: LayerContext, residual: Value, attended: Value, output?: string): Promise<Value> {
  const { sum, delta } = await secondHalf(context, residual, attended);
  return context.writer.graph.node('Add', [sum, delta], {}, output);
}

export function layerContext(writer: WeightWriter, { shape, form, scheme }: EncoderGraphOptions, layer: number): LayerContext {
  return { writer, shape, form, scheme, prefix: `layers.${layer}.` };
}

/** int32 scalar: T of `ids` [B, T]. */
export function totalLength({ graph }: WeightWriter, ids: Value): Value {
  const extent = graph.node('Shape', [ids], { attributes: { start: 1, end: 2 } });
  return graph.node('Cast', [graph.node('Squeeze', [extent, graph.ints([0])])], { attributes: { to: elementTypes.int32 } });
}

async function secondHalf(context: LayerContext, residual: Value, attended: Value): Promise<{ readonly sum: Value; readonly delta: Value }> {
  const { writer, shape, form, prefix } = context;
  const { sum, normed } = await addAndNorm(writer, residual, await attentionOutput(context, attended), `${prefix}post_attention_layernorm.weight`, shape, form);
  return { sum, delta: await feedForward(context, normed) };
}

/** Float16 holds the table in half the space; an unquantised bundle keeps float32. */
async function embed(writer: WeightWriter, { shape, positions, embeddings, scheme }: EncoderGraphOptions, ids: Value): Promise<Value> {
  const { graph } = writer;
  const half = scheme.kind !== 'float';
  const table = await writer.table('embeddings', embeddings, half ? 'float16' : 'float');
  const rows = graph.node('Gather', [table, ids], { attributes: { axis: 0 } });
  const embedded = half ? graph.node('Cast', [rows], { attributes: { to: elementTypes.float } }) : rows;
  return shape.rotary === undefined ? addLearntPositions(writer, embedded, ids, positions, shape.width) : embedded;
}

/** Adds the first T rows of the table of positions, which is small: it stays in float32. */
async function addLearntPositions(writer: WeightWriter, embedded: Value, ids: Value, positions: number, width: number): Promise<Value> {
  const { graph } = writer;
  const table = await writer.table('positions', { parts: [{ tensor: 'positions.weight', rows: positions, firstRow: 0 }], columns: width }, 'float');
  const tokens = graph.node('Shape', [ids], { attributes: { start: 1, end: 2 } });
  return graph.node('Add', [embedded, graph.node('Slice', [table, graph.ints([0]), tokens, graph.ints([0])])]);
}
