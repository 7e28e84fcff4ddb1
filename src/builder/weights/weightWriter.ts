import type { Quantisation } from '../../common/bundle';
import { throwIfCancelled } from '../../common/errors';
import { corrupt, floatBytes } from '../safetensors/header';
import { encodeHalves } from '../safetensors/floats';
import type { TensorStore } from '../safetensors/tensorStore';
import type { ExternalData } from '../onnx/externalData';
import type { Graph, Value } from '../onnx/graph';
import { blocksPerRow, quantiseInt4, quantiseInt8, type QuantisedRows } from './quantise';

/** A matrix [sum of rows, columns] made of checkpoint tensors laid one under another. */
export interface MatrixSource {
  readonly parts: readonly { readonly tensor: string; readonly rows: number }[];
  readonly columns: number;
}

export interface WriterHooks {
  readonly signal: AbortSignal | undefined;
  /** Called with the float32 bytes of every block of weights that was written. */
  readonly onBytes: (bytes: number) => void;
}

/** Streams weights from a checkpoint into one graph and its external data, a block of rows at a time. */
export class WeightWriter {
  constructor(
    readonly graph: Graph,
    readonly store: TensorStore,
    private readonly data: ExternalData,
    private readonly hooks: WriterHooks,
  ) {}

  /** A norm's weight or a bias, in the graph itself. */
  async vector(tensor: string, length: number): Promise<Value> {
    return this.graph.inline(tensor, 'float', [length], await this.store.vector(tensor, length));
  }

  /** Adds y = x W^T, quantised as asked. `name` names the weights. */
  async linear(input: Value, name: string, source: MatrixSource, quantisation: Quantisation): Promise<Value> {
    const rows = rowCount(source);
    if (quantisation.kind === 'fp32') {
      const weight = await this.table(name, source, 'float');
      return this.graph.node('FusedMatMul', [input, weight], { domain: 'com.microsoft', attributes: { transB: 1 } });
    }
    const { block } = quantisation;
    const bits = quantisation.kind === 'int8' ? 8 : 4;
    const quantise = quantisation.kind === 'int8' ? quantiseInt8 : quantiseInt4;
    const [data, scales] = await this.#quantised(name, source, block, bits, (values, count) => quantise(values, count, source.columns, block));
    const attributes = { K: source.columns, N: rows, bits, block_size: block, accuracy_level: 4 };
    return this.graph.node('MatMulNBits', [input, data, scales], { domain: 'com.microsoft', attributes });
  }

  /** A matrix as it is: a lookup table, or the weights of a float product. Float16 halves it. */
  async table(name: string, source: MatrixSource, type: 'float' | 'float16'): Promise<Value> {
    const rowBytes = source.columns * (type === 'float' ? 4 : 2);
    const span = this.data.reserve(rowCount(source) * rowBytes);
    for await (const { firstRow, values } of this.#blocks(source)) {
      await this.data.write(span, firstRow * rowBytes, type === 'float' ? values : encodeHalves(values));
    }
    return this.graph.external(name, type, [rowCount(source), source.columns], span);
  }

  /** Values that the builder computed (position tables). */
  async computed(name: string, dims: readonly number[], values: Float32Array): Promise<Value> {
    const span = this.data.reserve(values.byteLength);
    await this.data.write(span, 0, values);
    return this.graph.external(name, 'float', dims, span);
  }

  async #quantised(
    name: string,
    source: MatrixSource,
    block: number,
    bits: number,
    quantise: (values: Float32Array, rows: number) => QuantisedRows,
  ): Promise<readonly [Value, Value]> {
    const rows = rowCount(source);
    const blocks = blocksPerRow(source.columns, block);
    const blockBytes = (block * bits) / 8;
    const dataSpan = this.data.reserve(rows * blocks * blockBytes);
    const scaleSpan = this.data.reserve(rows * blocks * 4);
    for await (const { firstRow, rows: count, values } of this.#blocks(source)) {
      const { data, scales } = quantise(values, count);
      await this.data.write(dataSpan, firstRow * blocks * blockBytes, data);
      await this.data.write(scaleSpan, firstRow * blocks * 4, scales);
    }
    return [
      this.graph.external(`${name}.data`, 'uint8', [rows, blocks, blockBytes], dataSpan),
      this.graph.external(`${name}.scales`, 'float', [rows, blocks], scaleSpan),
    ];
  }

  async *#blocks(source: MatrixSource) {
    let offset = 0;
    for (const { tensor, rows } of source.parts) {
      for await (const block of this.store.rowBlocks(tensor, rows, source.columns)) {
        throwIfCancelled(this.hooks.signal);
        requireFinite(block.values, tensor, this.store.folder);
        yield { ...block, firstRow: offset + block.firstRow };
        this.hooks.onBytes(block.values.length * floatBytes.F32);
      }
      offset += rows;
    }
  }
}

function rowCount(source: MatrixSource): number {
  return source.parts.reduce((sum, { rows }) => sum + rows, 0);
}

function requireFinite(values: Float32Array, tensor: string, folder: string): void {
  let sum = 0;
  for (const value of values) {
    sum += value * 0;
  }
  if (sum !== 0) {
    throw corrupt(folder, `the tensor "${tensor}" holds values that are not finite`);
  }
}
