import type { SlotCodePlan } from '../checkpoint/slotCode';
import { elementTypes, type Value } from '../onnx/graph';
import type { WeightWriter } from '../weights/weightWriter';

/** Keeps the norm of a slot of zeros finite. As in training's `vector_codes.py`. */
const epsilon = 1e-6;

/**
 * Names the nearest centroid y of each part of a slot, after its length is taken from it and it is rotated. In: `slots` float [N, width] and
 * `centroids` float [parts, centroids, partWidth + 1], each with -|y|^2 / 2 behind it. Out: `codes` int32 [N, parts].
 */
export async function addSlotEncode(writer: WeightWriter, { width, parts, partWidth, centroids }: SlotCodePlan): Promise<void> {
  const { graph } = writer;
  const slots = graph.input('slots', 'float', ['slots', width]);
  const table = graph.input('centroids', 'float', [parts, centroids, partWidth + 1]);
  const ones = graph.inline('ones', 'float', [width], new Float32Array(width).fill(1));
  const normed = graph.node('SimplifiedLayerNormalization', [slots, ones], { attributes: { axis: -1, epsilon: { float: epsilon } } });
  const rotated = graph.node('MatMul', [normed, await matrix(writer, 'forth', width, parts * partWidth)]);
  const split = graph.node('Reshape', [rotated, graph.ints([0, parts, partWidth])]);
  // The nearest y has the largest xy - |y|^2 / 2: what |x - y|^2 / 2 takes from a constant. The second term is one more value of y, against a one.
  const withOne = graph.node('Pad', [split, graph.ints([0, 0, 0, 0, 0, 1]), graph.scalar('float', 1)]);
  const byPart = graph.node('Transpose', [withOne], { attributes: { perm: [1, 0, 2] } });
  const nearness = graph.node('FusedMatMul', [byPart, table], { domain: 'com.microsoft', attributes: { transB: 1 } });
  const nearest = graph.node('ArgMax', [nearness], { attributes: { axis: 2, keepdims: 0 } });
  const bySlot = graph.node('Transpose', [nearest], { attributes: { perm: [1, 0] } });
  graph.node('Cast', [bySlot], { attributes: { to: elementTypes.int32 } }, 'codes');
  graph.output('codes', 'int32', ['slots', parts]);
}

/** Turns centroids, side by side, back into slots. In: `parts` float [N, parts * partWidth]. Out: `slots` float [N, width]. */
export async function addSlotDecode(writer: WeightWriter, { width, parts, partWidth }: SlotCodePlan): Promise<void> {
  const { graph } = writer;
  const rotated = graph.input('parts', 'float', ['slots', parts * partWidth]);
  graph.node('MatMul', [rotated, await matrix(writer, 'back', parts * partWidth, width)], {}, 'slots');
  graph.output('slots', 'float', ['slots', width]);
}

/** A tensor of the checkpoint, stored as float16 and unpacked once, while the graph is loaded. */
async function matrix(writer: WeightWriter, name: string, rows: number, columns: number): Promise<Value> {
  const halves = await writer.table(name, { parts: [{ tensor: name, rows }], columns }, 'float16');
  return writer.graph.node('Cast', [halves], { attributes: { to: elementTypes.float } });
}
