import { ShorthandError, throwIfCancelled } from '../../common/errors';
import type { WeightData } from '../onnx/externalData';
import type { ElementType, ExternalSpan, Graph, Value } from '../onnx/graph';
import { encodeHalves } from '../safetensors/floats';
import { corrupt } from '../safetensors/header';
import type { TensorSource } from '../safetensors/tensorSource';
import type { RowBlock } from '../safetensors/tensorStore';

/** A matrix [sum of rows, columns] made of checkpoint tensors laid one under another. */
export interface MatrixSource {
  /** All rows of a tensor, or `rows` of a larger one from `firstRow` on. */
  readonly parts: readonly { readonly tensor: string; readonly rows: number; readonly firstRow?: number }[];
  readonly columns: number;
}

export interface WriterHooks {
  readonly signal: AbortSignal | undefined;
  /** Called with the number of bytes of everything that was written, or that was there already. */
  readonly onBytes: (count: number) => void;
}

/** Streams weights from a checkpoint into one graph and its external data, a block of rows at a time. */
export class WeightWriter {
  constructor(
    readonly graph: Graph,
    readonly store: TensorSource,
    private readonly data: WeightData,
    private readonly hooks: WriterHooks,
  ) {}

  /** A norm's weight or a bias, in the graph itself; with `first`, `length` values of a longer one from there on. `name` is its name in the graph. */
  async vector(tensor: string, length: number, name = tensor, first?: number): Promise<Value> {
    const values = await this.store.vector(tensor, length, first);
    requireFinite(values, tensor, this.store.folder);
    return this.graph.inline(name, 'float', [length], values);
  }

  /** A matrix as it is: a lookup table, or the weights of a float product. Float16 halves it. Errors: `bundle-unsupported` (too large for float16). */
  async table(name: string, source: MatrixSource, type: 'float' | 'float16'): Promise<Value> {
    const rowBytes = source.columns * (type === 'float' ? 4 : 2);
    const rows = rowCount(source);
    const span = this.reserve(rows * rowBytes);
    await this.fill(source, [span], async blocks => {
      for await (const { firstRow, values } of blocks) {
        await this.write(span, firstRow * rowBytes, type === 'float' ? values : requireHalves(encodeHalves(values), name, this.store.folder));
      }
    });
    return this.external(name, type, [rows, source.columns], span);
  }

  /** Values that the builder computed (position tables). */
  async computed(name: string, dims: readonly number[], values: Float32Array): Promise<Value> {
    const span = this.reserve(values.byteLength);
    await this.write(span, 0, values);
    return this.external(name, 'float', dims, span);
  }

  /**
   * Has `write` turn the rows of a matrix into the bytes of the spans that were reserved for it last. Where an earlier run has written them,
   * or nothing is to be written, only the matrix's shape is checked. Errors: `bundle-corrupt`, `bundle-unsupported`, `cancelled`.
   */
  async fill(source: MatrixSource, spans: readonly ExternalSpan[], write: (blocks: AsyncGenerator<RowBlock>) => Promise<void>): Promise<void> {
    if (spans.every(span => this.data.isWritten(span))) {
      source.parts.forEach(({ tensor, rows, firstRow }) => this.store.requireMatrix(tensor, rows, source.columns, firstRow));
      this.hooks.onBytes(spans.reduce((sum, { length }) => sum + length, 0));
      return;
    }
    await write(this.#rowBlocks(source));
    await this.data.settle();
  }

  /** The rows of all parts, numbered through. Errors: `bundle-corrupt`, `cancelled`. */
  async *#rowBlocks(source: MatrixSource): AsyncGenerator<RowBlock> {
    let offset = 0;
    for (const { tensor, rows, firstRow } of source.parts) {
      for await (const block of this.store.rowBlocks(tensor, rows, source.columns, firstRow)) {
        throwIfCancelled(this.hooks.signal);
        requireFinite(block.values, tensor, this.store.folder);
        yield { ...block, firstRow: offset + block.firstRow };
      }
      offset += rows;
    }
  }

  reserve(bytes: number): ExternalSpan {
    return this.data.reserve(bytes);
  }

  async write(span: ExternalSpan, at: number, bytes: NodeJS.ArrayBufferView): Promise<void> {
    await this.data.write(span, at, bytes);
    this.hooks.onBytes(bytes.byteLength);
  }

  external(name: string, type: ElementType, dims: readonly number[], span: ExternalSpan): Value {
    return this.graph.external(name, type, dims, span);
  }
}

export function rowCount(source: MatrixSource): number {
  return source.parts.reduce((sum, { rows }) => sum + rows, 0);
}

function requireFinite(values: Float32Array, tensor: string, folder: string): void {
  let sum = 0;
  // Not `for of`: the iterator of a typed array takes five times as long.
  for (let i = 0; i < values.length; i++) {
    sum += (values[i] ?? 0) * 0;
  }
  if (sum !== 0) {
    throw corrupt(folder, `the tensor "${tensor}" holds values that are not finite`);
  }
}

/** Float16 reaches to 65504: what rounds to more is an infinity. Errors: `bundle-unsupported`. */
export function requireHalves(halves: Uint16Array<ArrayBuffer>, tensor: string, folder: string): Uint16Array<ArrayBuffer> {
  let infinite = false;
  for (let i = 0; i < halves.length; i++) {
    infinite ||= ((halves[i] ?? 0) & 0x7c00) === 0x7c00;
  }
  if (infinite) {
    throw new ShorthandError('bundle-unsupported', `${folder}: the tensor "${tensor}" holds values that float16 can't; choose fp32 or int8.`);
  }
  return halves;
}
