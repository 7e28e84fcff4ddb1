import { assertNever } from '../../common/assertNever';
import type { Value } from '../onnx/graph';
import type { WeightWriter } from '../weights/weightWriter';
import type { LayerForm } from './layerForm';
import { rmsNorm, type TransformerShape } from './layerParts';

/** A residual stream and its norm: what enters the next part of a layer. */
export interface Stream {
  readonly sum: Value;
  readonly normed: Value;
}

type Norm = Pick<LayerForm, 'norm'>;

/** The norm of a stream over the last axis. `name` is the tensor of its weights, where it has some. */
export function streamNorm(writer: WeightWriter, input: Value, name: string, { width, epsilon }: TransformerShape, { norm }: Norm, output?: string): Promise<Value> {
  switch (norm) {
    case 'rms':
      return rmsNorm(writer, input, name, width, epsilon, output);
    case 'layer':
      return layerNorm(writer, input, name, width, epsilon, output);
    case 'centred':
      return Promise.resolve(centredNorm(writer, input, width, epsilon));
    default:
      return assertNever(norm);
  }
}

/** sum = residual + delta and normed = norm(sum); for RMSNorm in one pass over memory. */
export async function addAndNorm(writer: WeightWriter, residual: Value, delta: Value, name: string, shape: TransformerShape, { norm }: Norm): Promise<Stream> {
  const { graph } = writer;
  if (norm !== 'rms') {
    const sum = graph.node('Add', [residual, delta]);
    return { sum, normed: await streamNorm(writer, sum, name, shape, { norm }) };
  }
  const weight = await writer.vector(name, shape.width);
  const normed = graph.fresh('normed');
  const sum = graph.fresh('sum');
  const options = { domain: 'com.microsoft', attributes: { epsilon: { float: shape.epsilon } } } as const;
  graph.nodeWithOutputs('SkipSimplifiedLayerNormalization', [residual, delta, weight], [normed, '', '', sum], options);
  return { sum, normed };
}

/** `name` ends in `.weight`; the bias stands beside it. */
async function layerNorm(writer: WeightWriter, input: Value, name: string, width: number, epsilon: number, output?: string): Promise<Value> {
  const weights = [await writer.vector(name, width), await writer.vector(name.replace(/weight$/, 'bias'), width)];
  return writer.graph.node('LayerNormalization', [input, ...weights], { attributes: { axis: -1, epsilon: { float: epsilon } } }, output);
}

/** LayerNorm without weights. The operator wants a scale. */
function centredNorm({ graph }: WeightWriter, input: Value, width: number, epsilon: number): Value {
  const ones = graph.memo('ones', () => graph.inline('ones', 'float', [width], new Float32Array(width).fill(1)));
  return graph.node('LayerNormalization', [input, ones], { attributes: { axis: -1, epsilon: { float: epsilon } } });
}
