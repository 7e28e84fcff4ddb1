import type { ProjectorConfig } from '../checkpoint/configs';
import type { Value } from '../onnx/graph';
import { linear } from '../weights/linear';
import type { LinearScheme } from '../weights/schemes';
import type { WeightWriter } from '../weights/weightWriter';
import { rmsNorm } from './layerParts';

/** Projectors are small and decide what the decoder sees: they stay in float32. */
const scheme: LinearScheme = { kind: 'float' };

/**
 * From slot space to the decoder's embeddings: RMSNorm -> Linear -> GELU (erf) -> Linear; the `mlp` kind then scales every row to the RMS
 * `output_scale`. `pcc` is the converter of microsoft/AnthropomorphicIntelligence, folder PCC.
 * In: `slots` float [N, in]. Out: `embeds` float [N, out].
 */
export async function addProjector(writer: WeightWriter, config: ProjectorConfig): Promise<void> {
  const { graph } = writer;
  const slots = graph.input('slots', 'float', ['slots', config.in_size]);
  const normed = await rmsNorm(writer, slots, 'norm.weight', config.in_size, config.rms_norm_eps);
  const inner = await biasedLinear(writer, normed, 'dense_in', config.in_size, config.hidden_size);
  const active = graph.node('Gelu', [inner], { domain: 'com.microsoft' });
  const mapped = await biasedLinear(writer, active, 'dense_out', config.hidden_size, config.out_size);
  const embeds = config.kind === 'mlp' ? await rescale(writer, mapped, config) : mapped;
  graph.node('Identity', [embeds], {}, 'embeds');
  graph.output('embeds', 'float', ['slots', config.out_size]);
}

async function biasedLinear(writer: WeightWriter, input: Value, name: string, columns: number, rows: number): Promise<Value> {
  const product = await linear(writer, input, `${name}.weight`, { parts: [{ tensor: `${name}.weight`, rows }], columns }, scheme);
  return writer.graph.node('Add', [product, await writer.vector(`${name}.bias`, rows)]);
}

/** RMSNorm whose weight is `output_scale` everywhere. */
async function rescale({ graph, store }: WeightWriter, input: Value, config: ProjectorConfig): Promise<Value> {
  const [scale = 1] = await store.vector('output_scale', 1);
  const weight = graph.inline('output_scale', 'float', [config.out_size], new Float32Array(config.out_size).fill(scale));
  return graph.node('SimplifiedLayerNormalization', [input, weight], { attributes: { axis: -1, epsilon: { float: config.rms_norm_eps } } });
}
