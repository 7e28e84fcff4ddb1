import { assertNever } from '../../common/assertNever';
import type { ProjectorPlan } from '../checkpoint/encoders/encoderPlan';
import type { Value } from '../onnx/graph';
import { linear } from '../weights/linear';
import type { LinearScheme } from '../weights/schemes';
import type { WeightWriter } from '../weights/weightWriter';
import { rmsNorm } from './layerParts';

/** Projectors are small and decide what the decoder sees: they stay in float32. */
const scheme: LinearScheme = { kind: 'float' };
/** Source: kyutai-labs/ARC-Encoder embed_llm/models/embedding_modules.py, `RMSNorm`. */
const bridgeEpsilon = 1e-5;

/** From slot space to the decoder's embeddings. In: `slots` float [N, in]. Out: `embeds` float [N, out]. */
export async function addProjector(writer: WeightWriter, plan: ProjectorPlan): Promise<void> {
  const { graph } = writer;
  const slots = graph.input('slots', 'float', ['slots', plan.inWidth]);
  graph.node('Identity', [await mapped(writer, slots, plan)], {}, 'embeds');
  graph.output('embeds', 'float', ['slots', plan.outWidth]);
}

function mapped(writer: WeightWriter, slots: Value, plan: ProjectorPlan): Promise<Value> {
  switch (plan.kind) {
    case 'mlp':
      return mlp(writer, slots, plan);
    case 'bridge':
      return bridge(writer, slots, plan);
    default:
      return assertNever(plan);
  }
}

/**
 * RMSNorm -> Linear -> GELU (erf) -> Linear; then, where `scaled`, every row gets the RMS `output_scale`. Without it, it is the converter of
 * microsoft/AnthropomorphicIntelligence, folder PCC.
 */
async function mlp(writer: WeightWriter, slots: Value, plan: ProjectorPlan & { readonly kind: 'mlp' }): Promise<Value> {
  const normed = await rmsNorm(writer, slots, 'norm.weight', plan.inWidth, plan.epsilon);
  const inner = await biasedLinear(writer, normed, 'dense_in', plan.inWidth, plan.inner);
  const active = writer.graph.node('Gelu', [inner], { domain: 'com.microsoft' });
  const output = await biasedLinear(writer, active, 'dense_out', plan.inner, plan.outWidth);
  return plan.scaled ? rescale(writer, output, plan) : output;
}

/** `EmbProjector` of kyutai-labs/ARC-Encoder embed_llm/models/embedding_modules.py: no activation, no biases. */
async function bridge(writer: WeightWriter, slots: Value, { inWidth, outWidth, inner, normed }: ProjectorPlan & { readonly kind: 'bridge' }): Promise<Value> {
  const input = normed ? await rmsNorm(writer, slots, 'norm.weight', inWidth, bridgeEpsilon) : slots;
  const first = await plainLinear(writer, input, 'layer1', inWidth, inner ?? outWidth);
  return inner === undefined ? first : plainLinear(writer, first, 'layer2', inner, outWidth);
}

async function biasedLinear(writer: WeightWriter, input: Value, name: string, columns: number, rows: number): Promise<Value> {
  const product = await plainLinear(writer, input, name, columns, rows);
  return writer.graph.node('Add', [product, await writer.vector(`${name}.bias`, rows)]);
}

function plainLinear(writer: WeightWriter, input: Value, name: string, columns: number, rows: number): Promise<Value> {
  return linear(writer, input, `${name}.weight`, { parts: [{ tensor: `${name}.weight`, rows }], columns }, scheme);
}

/** RMSNorm whose weight is `output_scale` everywhere. */
async function rescale({ graph, store }: WeightWriter, input: Value, { outWidth, epsilon }: ProjectorPlan & { readonly kind: 'mlp' }): Promise<Value> {
  const [scale = 1] = await store.vector('output_scale', 1);
  const weight = graph.inline('output_scale', 'float', [outWidth], new Float32Array(outWidth).fill(scale));
  return graph.node('SimplifiedLayerNormalization', [input, weight], { attributes: { axis: -1, epsilon: { float: epsilon } } });
}
