import { elementTypes, type Value } from '../onnx/graph';
import { addRotaryTables } from '../weights/rotary';
import type { WeightWriter } from '../weights/weightWriter';
import { selfAttention } from './encoderAttention';
import { finishLayer, layerContext, layersBeforeLast, totalLength, type EncoderGraphOptions } from './encoderLayers';
import { streamNorm } from './residual';

/**
 * PCC's compressor: causal layers over a segment with its memory tokens right behind it; the slots are the memory tokens' states after the
 * final norm. Source: microsoft/AnthropomorphicIntelligence, folder PCC.
 * In: `input_ids` int64 [B, T], padding behind the memory tokens; `slot_index` int64 [B, S], their positions. Out: `slots` float [B, S, D].
 */
export async function addPccEncoder(writer: WeightWriter, options: EncoderGraphOptions): Promise<void> {
  const { graph } = writer;
  const { shape, form } = options;
  const ids = graph.input('input_ids', 'int64', ['batch', 'tokens']);
  const slotIndex = graph.input('slot_index', 'int64', ['batch', 'slots']);
  // No mask: padding lies behind everything that is read, where causal attention never looks.
  const tokens = graph.node('Shape', [ids], { attributes: { start: 1, end: 2 } });
  const batch = graph.node('Shape', [ids], { attributes: { start: 0, end: 1 } });
  const last = graph.node('Expand', [graph.node('Sub', [tokens, graph.ints([1])]), batch]);
  const lastPosition = graph.node('Cast', [last], { attributes: { to: elementTypes.int32 } });
  const lengths = { lastPosition, total: totalLength(writer, ids) };
  const rotary = shape.rotary === undefined ? undefined : await addRotaryTables(writer, options.positions, shape.rotary);
  const { sum, normed } = await layersBeforeLast(writer, options, ids, (context, input) => selfAttention(context, input, lengths, rotary, 'causal'));

  const context = layerContext(writer, options, shape.layers - 1);
  const index = graph.node('Unsqueeze', [slotIndex, graph.ints([2])]);
  const pick = (input: Value) => graph.node('GatherND', [input, index], { attributes: { batch_dims: 1 } });
  const attended = await selfAttention(context, normed, lengths, rotary, 'causal');
  const state = await finishLayer(context, pick(sum), pick(attended));
  await streamNorm(writer, state, 'norm.weight', shape, form, 'slots');
  graph.output('slots', 'float', ['batch', 'slots', shape.width]);
}
