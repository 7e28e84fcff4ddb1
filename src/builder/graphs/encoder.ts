import type { Quantisation } from '../../common/bundle';
import type { Value } from '../onnx/graph';
import { addRotaryTables } from '../weights/rotary';
import type { MatrixSource, WeightWriter } from '../weights/weightWriter';
import { pooledAttention, selfAttention } from './encoderAttention';
import { addAndNorm, attentionOutput, feedForward, rmsNorm, type LayerContext, type TransformerShape } from './layerParts';

export interface EncoderGraphOptions {
  readonly shape: TransformerShape;
  /** Positions that the rotary tables cover: a window, with PCC's memory tokens behind it. */
  readonly positions: number;
  /** Rows of the embedding table; PCC's memory tokens come last. */
  readonly embeddings: MatrixSource;
  readonly quantisation: Quantisation;
}

/**
 * ARC-Encoder: bidirectional layers, the last one with pooled queries; no final norm. Source: kyutai-labs/ARC-Encoder
 * embed_llm/models/embedding_modules.py and enhanced_transformer.py (`mean_pooled_queries`, `where: before`).
 * In: `input_ids` int64 [B, T], padded on the right; `attention_mask` float [B, T], 1 for real tokens; `pooling` float [B, S, T], row s
 * 1/size over the tokens of group s, all zero for padding slots. Out: `slots` float [B, S, D].
 */
export async function addArcEncoder(writer: WeightWriter, options: EncoderGraphOptions): Promise<void> {
  const { graph } = writer;
  const { shape } = options;
  const ids = graph.input('input_ids', 'int64', ['batch', 'tokens']);
  const mask = graph.input('attention_mask', 'float', ['batch', 'tokens']);
  const pooling = graph.input('pooling', 'float', ['batch', 'slots', 'tokens']);
  const one = graph.inline('one', 'float', [], Float32Array.of(1));
  const count = graph.node('ReduceSum', [mask, graph.ints([1])], { attributes: { keepdims: 0 } });
  const lengths = { lastPosition: toInt32(writer, graph.node('Sub', [count, one])), total: totalLength(writer, ids) };
  const rotary = await addRotaryTables(writer, options.positions, shape.headSize, shape.theta);
  const embedded = await embed(writer, options, ids);
  const { sum, normed } = await layersBeforeLast(writer, options, embedded, context => input => selfAttention(context, input, lengths, rotary, 'bidirectional'));
  const context = layerContext(writer, options, shape.layers - 1);
  const pooled = graph.node('MatMul', [pooling, sum]);
  const norm = `${context.prefix}input_layernorm.weight`;
  const pooledNormed = graph.node('SimplifiedLayerNormalization', [pooled, norm], { attributes: { axis: -1, epsilon: { float: shape.epsilon } } });
  const penalty = graph.inline('padding_penalty', 'float', [], Float32Array.of(1e9));
  const keyBias = graph.node('Mul', [graph.node('Sub', [mask, one]), penalty]);
  const bias = graph.node('Unsqueeze', [keyBias, graph.ints([1, 2])]);
  const attended = await pooledAttention(context, pooledNormed, normed, bias, rotary);
  const { sum: residual, delta } = await secondHalf(context, pooled, attended);
  graph.node('Add', [residual, delta], {}, 'slots');
  graph.output('slots', 'float', ['batch', 'slots', shape.width]);
}

/**
 * PCC's compressor: causal layers over a segment with its memory tokens right behind it; the slots are the memory tokens' states after the
 * final norm. Source: microsoft/AnthropomorphicIntelligence, folder PCC.
 * In: `input_ids` int64 [B, T], padding behind the memory tokens; `slot_index` int64 [B, S], their rows. Out: `slots` float [B, S, D].
 */
export async function addPccEncoder(writer: WeightWriter, options: EncoderGraphOptions): Promise<void> {
  const { graph } = writer;
  const { shape } = options;
  const ids = graph.input('input_ids', 'int64', ['batch', 'tokens']);
  const slotIndex = graph.input('slot_index', 'int64', ['batch', 'slots']);
  const total = graph.node('Shape', [ids], { attributes: { start: 1, end: 2 } });
  const batch = graph.node('Shape', [ids], { attributes: { start: 0, end: 1 } });
  const last = graph.node('Expand', [graph.node('Sub', [total, graph.ints([1])]), batch]);
  const lengths = { lastPosition: toInt32(writer, last), total: totalLength(writer, ids) };
  const rotary = await addRotaryTables(writer, options.positions, shape.headSize, shape.theta);
  const embedded = await embed(writer, options, ids);
  const { sum, normed } = await layersBeforeLast(writer, options, embedded, context => input => selfAttention(context, input, lengths, rotary, 'causal'));
  const context = layerContext(writer, options, shape.layers - 1);
  const index = graph.node('Unsqueeze', [slotIndex, graph.ints([2])]);
  const pick = (input: Value) => graph.node('GatherND', [input, index], { attributes: { batch_dims: 1 } });
  const attended = await selfAttention(context, normed, lengths, rotary, 'causal');
  const { sum: residual, delta } = await secondHalf(context, pick(sum), pick(attended));
  const state = graph.node('Add', [residual, delta]);
  const slots = await rmsNorm(writer, state, 'norm.weight', shape.width, shape.epsilon);
  graph.node('Identity', [slots], {}, 'slots');
  graph.output('slots', 'float', ['batch', 'slots', shape.width]);
}

type Attend = (context: LayerContext) => (normed: Value) => Promise<Value>;

/** Runs every layer but the last; gives the residual stream and its norm for the last one. */
async function layersBeforeLast(writer: WeightWriter, options: EncoderGraphOptions, embedded: Value, attend: Attend) {
  const { shape } = options;
  let sum = embedded;
  let normed = await rmsNorm(writer, sum, 'layers.0.input_layernorm.weight', shape.width, shape.epsilon);
  for (let layer = 0; layer < shape.layers - 1; layer++) {
    const context = layerContext(writer, options, layer);
    const half = await secondHalf(context, sum, await attend(context)(normed));
    ({ sum, normed } = await addAndNorm(writer, half.sum, half.delta, `layers.${layer + 1}.input_layernorm.weight`, shape));
  }
  return { sum, normed };
}

/** What follows attention in a layer; the layer's output is sum + delta. */
async function secondHalf(context: LayerContext, residual: Value, attended: Value): Promise<{ readonly sum: Value; readonly delta: Value }> {
  const { writer, shape, prefix } = context;
  const { sum, normed } = await addAndNorm(writer, residual, await attentionOutput(context, attended), `${prefix}post_attention_layernorm.weight`, shape);
  return { sum, delta: await feedForward(context, normed) };
}

function layerContext(writer: WeightWriter, { shape, quantisation }: EncoderGraphOptions, layer: number): LayerContext {
  return { writer, shape, quantisation, prefix: `layers.${layer}.` };
}

/** Float16 holds the table in half the space; an unquantised bundle keeps float32. */
async function embed(writer: WeightWriter, { embeddings, quantisation }: EncoderGraphOptions, ids: Value): Promise<Value> {
  const { graph } = writer;
  const half = quantisation.kind !== 'fp32';
  const table = await writer.table('embeddings', embeddings, half ? 'float16' : 'float');
  const rows = graph.node('Gather', [table, ids], { attributes: { axis: 0 } });
  return half ? graph.node('Cast', [rows], { attributes: { to: 1 } }) : rows;
}

function toInt32(writer: WeightWriter, value: Value): Value {
  return writer.graph.node('Cast', [value], { attributes: { to: 6 } });
}

function totalLength(writer: WeightWriter, ids: Value): Value {
  const { graph } = writer;
  const extent = graph.node('Shape', [ids], { attributes: { start: 1, end: 2 } });
  return toInt32(writer, graph.node('Squeeze', [extent, graph.ints([0])]));
}
