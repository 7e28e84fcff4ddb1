import { ShorthandError } from '../../../common/errors';
import type { TensorSource } from '../../safetensors/tensorSource';
import type { RowBlock, TensorStore } from '../../safetensors/tensorStore';

/** A LoRA adapter as PEFT saves it. */
export interface Adapter {
  readonly store: TensorStore;
  readonly rank: number;
  /** lora_alpha / r. */
  readonly scale: number;
}

/** Modules whose adapter changes nothing that an encoder computes. */
const unused = /\.lm_head\.lora_/;

/**
 * A base model with a LoRA adapter merged into it while its rows stream by: W + scale * B A; for the embedding table, whose adapter PEFT stores
 * the other way round, W + scale * (B A)^T. Names are those of Hugging Face's `...ForCausalLM`.
 */
export class LoraTensors implements TensorSource {
  readonly folder: string;
  readonly #used = new Set<string>();

  constructor(
    private readonly base: TensorStore,
    private readonly adapter: Adapter,
  ) {
    this.folder = adapter.store.folder;
  }

  vector(name: string, length: number, first?: number): Promise<Float32Array<ArrayBuffer>> {
    return this.base.vector(name, length, first);
  }

  async *rowBlocks(name: string, rows: number, columns: number, skipped?: number): AsyncGenerator<RowBlock> {
    const delta = await this.#delta(name, columns);
    for await (const block of this.base.rowBlocks(name, rows, columns, skipped)) {
      delta?.((skipped ?? 0) + block.firstRow, block.rows, block.values);
      yield block;
    }
  }

  requireMatrix(name: string, rows: number, columns: number, skipped?: number): void {
    this.base.requireMatrix(name, rows, columns, skipped);
    this.#factors(name, columns);
  }

  has(name: string): boolean {
    return this.base.has(name);
  }

  /** The adapter's tensors that nothing has used: one of them would mean that the encoder is not the one that was trained. */
  unread(): readonly string[] {
    return [...this.adapter.store.shapes().keys()].filter(name => !this.#used.has(name) && !unused.test(name));
  }

  async close(): Promise<void> {
    await Promise.all([this.base.close(), this.adapter.store.close()]);
  }

  /** Adds the adapter's part to rows `first` .. `first + rows - 1` of a matrix; undefined where it has none. */
  async #delta(name: string, columns: number): Promise<((first: number, rows: number, values: Float32Array) => void) | undefined> {
    const factors = this.#factors(name, columns);
    if (factors === undefined) {
      return undefined;
    }
    const { rank, scale } = this.adapter;
    const [a, b] = await Promise.all([this.#read(factors.a), this.#read(factors.b)]);
    if (!factors.table) {
      return (first, rows, values) => addProduct(values, rows, columns, scale, b.subarray(first * rank, (first + rows) * rank), a);
    }
    const vocabulary = a.length / rank;
    const right = transposed(b, columns, rank);
    return (first, rows, values) => addProduct(values, rows, columns, scale, columnsOf(a, rank, vocabulary, first, rows), right);
  }

  /** The two tensors of a matrix's adapter, which then count as used; undefined where it has none. Errors: `bundle-corrupt`. */
  #factors(name: string, columns: number): { readonly a: string; readonly b: string; readonly table: boolean } | undefined {
    const module = `base_model.model.${name.replace(/\.weight$/, '')}`;
    const { rank } = this.adapter;
    const low = { a: `${module}.lora_A.weight`, b: `${module}.lora_B.weight`, table: false };
    if (this.adapter.store.has(low.a)) {
      this.#require(low.a, rank, columns);
      this.#require(low.b, undefined, rank);
      return low;
    }
    const table = { a: `${module}.lora_embedding_A`, b: `${module}.lora_embedding_B`, table: true };
    if (this.adapter.store.has(table.a)) {
      this.#require(table.a, rank, undefined);
      this.#require(table.b, columns, rank);
      return table;
    }
    return undefined;
  }

  #require(name: string, rows: number | undefined, columns: number | undefined): void {
    const shape = this.adapter.store.shapes().get(name) ?? [];
    if (shape.length !== 2 || shape[0] !== (rows ?? shape[0]) || shape[1] !== (columns ?? shape[1])) {
      throw new ShorthandError('bundle-corrupt', `${this.folder}: the adapter's tensor "${name}" has the shape [${shape.join(', ')}].`);
    }
    this.#used.add(name);
  }

  #read(name: string): Promise<Float32Array> {
    return this.adapter.store.vector(name, (this.adapter.store.shapes().get(name) ?? []).reduce((product, extent) => product * extent, 1));
  }
}

/** values [rows, columns] += scale * left [rows, rank] * right [rank, columns]. */
function addProduct(values: Float32Array, rows: number, columns: number, scale: number, left: Float32Array, right: Float32Array): void {
  const rank = left.length / rows;
  for (let row = 0; row < rows; row++) {
    const out = values.subarray(row * columns, (row + 1) * columns);
    for (let k = 0; k < rank; k++) {
      const factor = scale * (left[row * rank + k] ?? 0);
      const line = right.subarray(k * columns, (k + 1) * columns);
      for (let column = 0; column < columns; column++) {
        out[column] = (out[column] ?? 0) + factor * (line[column] ?? 0);
      }
    }
  }
}

/** [rows, columns] -> [columns, rows] */
function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  return columnsOf(matrix, rows, columns, 0, columns);
}

/** Columns `first` .. `first + count - 1` of a matrix [rows, width], each as a row: [count, rows]. */
function columnsOf(matrix: Float32Array, rows: number, width: number, first: number, count: number): Float32Array {
  const out = new Float32Array(count * rows);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < count; i++) {
      out[i * rows + row] = matrix[row * width + first + i] ?? 0;
    }
  }
  return out;
}
