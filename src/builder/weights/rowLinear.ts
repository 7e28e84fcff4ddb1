import type { Graph, Value } from '../onnx/graph';
import type { RowBlock } from '../safetensors/tensorStore';
import { quantiseRows, reach } from './quantiseRows';
import { rowCount, type MatrixSource, type WeightWriter } from './weightWriter';

/** The scale of a row of zeros: any positive number. */
const tiny = 1e-20;

/**
 * y = x W^T as one 8-bit integer product with one scale per row of W (output) and one per row of x (position), found while it runs.
 */
export async function rowLinear(writer: WeightWriter, input: Value, name: string, source: MatrixSource): Promise<Value> {
  const { graph } = writer;
  const rows = rowCount(source);
  const { weights, scales } = await writeRows(writer, name, source);
  const quantised = quantisedInput(graph, input, source.columns);
  const one = graph.scalar('float', 1);
  const zero = graph.scalar('uint8', reach);
  const product = graph.node('MatMulIntegerToFloat', [quantised.data, weights, one, scales, zero], { domain: 'com.microsoft' });
  const scaled = graph.node('Mul', [product, quantised.scales]);
  const shape = graph.node('Concat', [quantised.leading, graph.ints([rows])], { attributes: { axis: 0 } });
  return graph.node('Reshape', [scaled, shape]);
}

/** Weights [columns, rows] as the operator wants them: the matrix is turned in memory, a quarter of its float32 size. */
async function writeRows(writer: WeightWriter, name: string, source: MatrixSource): Promise<{ readonly weights: Value; readonly scales: Value }> {
  const { columns } = source;
  const rows = rowCount(source);
  const dataSpan = writer.reserve(columns * rows);
  const scaleSpan = writer.reserve(rows * 4);
  await writer.fill(source, [dataSpan, scaleSpan], async blocks => {
    const { turned, scales } = await turnedRows(blocks, rows, columns);
    await writer.write(dataSpan, 0, turned);
    await writer.write(scaleSpan, 0, scales);
  });
  return {
    weights: writer.external(`${name}.data`, 'int8', [columns, rows], dataSpan),
    scales: writer.external(`${name}.scales`, 'float', [rows], scaleSpan),
  };
}

async function turnedRows(blocks: AsyncIterable<RowBlock>, rows: number, columns: number): Promise<{ readonly turned: Int8Array; readonly scales: Float32Array }> {
  const turned = new Int8Array(columns * rows);
  const scales = new Float32Array(rows);
  for await (const { firstRow, rows: count, values } of blocks) {
    const quantised = quantiseRows(values, count, columns);
    scales.set(quantised.scales, firstRow);
    for (let row = 0; row < count; row++) {
      for (let column = 0; column < columns; column++) {
        turned[column * rows + firstRow + row] = quantised.data[row * columns + column] ?? 0;
      }
    }
  }
  return { turned, scales };
}

/** `data` uint8 [M, columns], `scales` float [M, 1], `leading` the input's shape without its last extent; computed once for each input. */
function quantisedInput(graph: Graph, input: Value, columns: number): { readonly data: Value; readonly scales: Value; readonly leading: Value } {
  const once = (role: string, create: () => Value) => graph.memo(`${input}.${role}`, create);
  const axis = graph.ints([1]);
  const flat = once('flat', () => graph.node('Reshape', [input, graph.ints([-1, columns])]));
  const scale = once('scale', () => {
    const highest = graph.node('ReduceMax', [flat, axis], { attributes: { keepdims: 0 } });
    const lowest = graph.node('ReduceMin', [flat, axis], { attributes: { keepdims: 0 } });
    const magnitude = graph.node('Max', [highest, graph.node('Neg', [lowest]), graph.scalar('float', tiny)]);
    return graph.node('Div', [magnitude, graph.scalar('float', reach)]);
  });
  const data = once('data', () => {
    const zeros = graph.node('Expand', [graph.scalar('uint8', reach), graph.node('Shape', [scale])]);
    return graph.node('QuantizeLinear', [flat, scale, zeros], { attributes: { axis: 0 } });
  });
  const scales = once('scales', () => graph.node('Unsqueeze', [scale, axis]));
  const leading = once('leading', () => graph.node('Shape', [input], { attributes: { start: 0, end: -1 } }));
  return { data, scales, leading };
}
