import { elementTypes, type Value } from '../onnx/graph';
import { blocksPerRow, quantiseInt4, quantiseInt8 } from './quantiseBlocks';
import { rowLinear } from './rowLinear';
import type { LinearScheme } from './schemes';
import { rowCount, type MatrixSource, type WeightWriter } from './weightWriter';

/** Adds y = x W^T, `input` [..., columns] -> [..., rows]. `name` names the weights. */
export function linear(writer: WeightWriter, input: Value, name: string, source: MatrixSource, scheme: LinearScheme): Promise<Value> {
  switch (scheme.kind) {
    case 'float': return floatLinear(writer, input, name, source);
    case 'half': return halfLinear(writer, input, name, source);
    case 'blocks': return blockLinear(writer, input, name, source, scheme);
    case 'rows': return rowLinear(writer, input, name, source);
  }
}

/** FusedMatMul takes the weights as the checkpoint has them, [rows, columns]. */
async function floatLinear(writer: WeightWriter, input: Value, name: string, source: MatrixSource): Promise<Value> {
  const weight = await writer.table(name, source, 'float');
  return writer.graph.node('FusedMatMul', [input, weight], { domain: 'com.microsoft', attributes: { transB: 1 } });
}

/**
 * The same product in float16, its result in float32 again. A provider without float16 products (the processor's) unpacks the weights into
 * float32 while it loads and then computes as fast as `floatLinear`, in as much memory.
 */
async function halfLinear(writer: WeightWriter, input: Value, name: string, source: MatrixSource): Promise<Value> {
  const { graph } = writer;
  const weight = await writer.table(name, source, 'float16');
  const narrow = graph.memo(`${input}.half`, () => graph.node('Cast', [input], { attributes: { to: elementTypes.float16 } }));
  const product = graph.node('FusedMatMul', [narrow, weight], { domain: 'com.microsoft', attributes: { transB: 1 } });
  return graph.node('Cast', [product], { attributes: { to: elementTypes.float } });
}

/** MatMulNBits; at accuracy level 4 activations are quantised to int8 in the same blocks. */
async function blockLinear(
  writer: WeightWriter,
  input: Value,
  name: string,
  source: MatrixSource,
  { bits, block }: LinearScheme & { readonly kind: 'blocks' },
): Promise<Value> {
  const rows = rowCount(source);
  const blocks = blocksPerRow(source.columns, block);
  const blockBytes = (block * bits) / 8;
  const quantise = bits === 8 ? quantiseInt8 : quantiseInt4;
  const dataSpan = writer.reserve(rows * blocks * blockBytes);
  const scaleSpan = writer.reserve(rows * blocks * 4);
  await writer.fill(source, [dataSpan, scaleSpan], async matrix => {
    for await (const { firstRow, rows: count, values } of matrix) {
      const { data, scales } = quantise(values, count, source.columns, block);
      await writer.write(dataSpan, firstRow * blocks * blockBytes, data);
      await writer.write(scaleSpan, firstRow * blocks * 4, scales);
    }
  });
  const data = writer.external(`${name}.data`, 'uint8', [rows, blocks, blockBytes], dataSpan);
  const scales = writer.external(`${name}.scales`, 'float', [rows, blocks], scaleSpan);
  const attributes = { K: source.columns, N: rows, bits, block_size: block, accuracy_level: 4 };
  return writer.graph.node('MatMulNBits', [input, data, scales], { domain: 'com.microsoft', attributes });
}
