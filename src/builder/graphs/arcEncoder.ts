import { elementTypes } from '../onnx/graph';
import { addRotaryTables } from '../weights/rotary';
import type { WeightWriter } from '../weights/weightWriter';
import { pooledAttention, selfAttention } from './encoderAttention';
import { rotaryOf } from './layerParts';
import { finishLayer, layerContext, layersBeforeLast, totalLength, type EncoderGraphOptions } from './encoderLayers';

/** What a padding key's score loses: its weight becomes 0 in float32. */
const paddingPenalty = 1e9;

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
  const one = graph.scalar('float', 1);
  const count = graph.node('ReduceSum', [mask, graph.ints([1])], { attributes: { keepdims: 0 } });
  const lastPosition = graph.node('Cast', [graph.node('Sub', [count, one])], { attributes: { to: elementTypes.int32 } });
  const lengths = { lastPosition, total: totalLength(writer, ids) };
  const keyBias = graph.node('Mul', [graph.node('Sub', [mask, one]), graph.scalar('float', paddingPenalty)]);
  const bias = graph.node('Unsqueeze', [keyBias, graph.ints([1, 2])]);
  const rotary = await addRotaryTables(writer, options.positions, rotaryOf(shape));
  const { sum, normed } = await layersBeforeLast(writer, options, ids, (context, input) => selfAttention(context, input, lengths, rotary, 'bidirectional'));

  // The last layer pools the residual stream; the same norm then serves the pooled queries and the full keys.
  const context = layerContext(writer, options, shape.layers - 1);
  const pooled = graph.node('MatMul', [pooling, sum]);
  const weight = `${context.prefix}input_layernorm.weight`;
  const pooledNormed = graph.node('SimplifiedLayerNormalization', [pooled, weight], { attributes: { axis: -1, epsilon: { float: shape.epsilon } } });
  const attended = await pooledAttention(context, pooledNormed, normed, bias, rotary);
  await finishLayer(context, pooled, attended, 'slots');
  graph.output('slots', 'float', ['batch', 'slots', shape.width]);
}
