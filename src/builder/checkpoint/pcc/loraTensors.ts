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
    const module = `base_model.model.${name.replace(/\.weight$/, '')}`;
    const names = [`${module}.lora_A.weight`, `${module}.lora_B.weight`, `${module}.lora_embedding_A`, `${module}.lora_embedding_B`];
    const [lowA = '', lowB = '', tableA = '', tableB = ''] = names;
    const { store, rank, scale } = this.adapter;
    if (store.has(lowA)) {
      const a = await this.#matrix(lowA, rank, columns);
      const b = await this.#matrix(lowB, undefined, rank);
      return (first, rows, values) => addProduct(values, rows, columns, rank, scale, (row, k) => b[(first + row) * rank + k] ?? 0, (k, column) => a[k * columns + column] ?? 0);
    }
    if (store.has(tableA)) {
      const b = await this.#matrix(tableB, columns, rank);
      const a = await this.#matrix(tableA, rank, undefined);
      const vocabulary = a.length / rank;
      return (first, rows, values) => addProduct(values, rows, columns, rank, scale, (row, k) => a[k * vocabulary + first + row] ?? 0, (k, column) => b[column * rank + k] ?? 0);
    }
    return undefined;
  }

  async #matrix(name: string, rows: number | undefined, columns: number | undefined): Promise<Float32Array> {
    const shape = this.adapter.store.shapes().get(name) ?? [];
    if (shape.length !== 2 || shape[0] !== (rows ?? shape[0]) || shape[1] !== (columns ?? shape[1])) {
      throw new ShorthandError('bundle-corrupt', `${this.folder}: the adapter's tensor "${name}" has the shape [${shape.join(', ')}].`);
    }
    this.#used.add(name);
    return this.adapter.store.vector(name, shape.reduce((product, extent) => product * extent, 1));
  }
}

/** values[row, column] += scale * sum over k of left(row, k) * right(k, column). */
function addProduct(
  values: Float32Array,
  rows: number,
  columns: number,
  rank: number,
  scale: number,
  left: (row: number, k: number) => number,
  right: (k: number, column: number) => number,
): void {
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < rank; k++) {
      const factor = scale * left(row, k);
      for (let column = 0; column < columns; column++) {
        const at = row * columns + column;
        values[at] = (values[at] ?? 0) + factor * right(k, column);
      }
    }
  }
}
