import type { TensorSource } from '../../safetensors/tensorSource';
import type { RowBlock, TensorStore } from '../../safetensors/tensorStore';

const layerParts = new Map([
  ['input_layernorm', 'ln_1'],
  ['post_attention_layernorm', 'ln_2'],
  ['self_attn.qkv_proj', 'attn.c_attn'],
  ['self_attn.o_proj', 'attn.c_proj'],
  ['mlp.up_proj', 'mlp.c_fc'],
  ['mlp.down_proj', 'mlp.c_proj'],
]);

const otherNames = new Map([
  ['embed_tokens.weight', 'wte.weight'],
  ['positions.weight', 'wpe.weight'],
  ['norm.weight', 'ln_f.weight'],
  ['norm.bias', 'ln_f.bias'],
]);

/** GPT-2's checkpoint under the names of the graphs. Its layers' matrices are stored as [inputs, outputs] (`Conv1D`) and are turned here. */
export class Gpt2Tensors implements TensorSource {
  readonly folder: string;
  readonly #prefix: string;

  constructor(private readonly store: TensorStore) {
    this.folder = store.folder;
    // `GPT2LMHeadModel` puts it before every name, `GPT2Model` does not.
    this.#prefix = store.has('transformer.wte.weight') ? 'transformer.' : '';
  }

  vector(name: string, length: number, first?: number): Promise<Float32Array<ArrayBuffer>> {
    return this.store.vector(this.#nameOf(name), length, first);
  }

  async *rowBlocks(name: string, rows: number, columns: number, skipped?: number): AsyncGenerator<RowBlock> {
    if (!name.startsWith('layers.')) {
      yield* this.store.rowBlocks(this.#nameOf(name), rows, columns, skipped);
      return;
    }
    // A layer's matrix is small enough to be held whole: 26 MB in GPT2-Large.
    const width = this.#width(name);
    const values = new Float32Array(rows * columns);
    for await (const block of this.store.rowBlocks(this.#nameOf(name), columns, width)) {
      for (let row = 0; row < rows; row++) {
        for (let i = 0; i < block.rows; i++) {
          values[row * columns + block.firstRow + i] = block.values[i * width + (skipped ?? 0) + row] ?? 0;
        }
      }
    }
    yield { firstRow: 0, rows, values };
  }

  requireMatrix(name: string, rows: number, columns: number, skipped?: number): void {
    if (name.startsWith('layers.')) {
      this.store.requireMatrix(this.#nameOf(name), columns, Math.max(this.#width(name), (skipped ?? 0) + rows));
    } else {
      this.store.requireMatrix(this.#nameOf(name), rows, columns, skipped);
    }
  }

  has(name: string): boolean {
    return this.store.has(this.#nameOf(name));
  }

  unread(): readonly string[] {
    return this.store.unread();
  }

  close(): Promise<void> {
    return this.store.close();
  }

  /** Outputs of a layer's matrix: of queries, keys and values together where they are one. */
  #width(name: string): number {
    return this.store.shapes().get(this.#nameOf(name))?.[1] ?? 0;
  }

  #nameOf(name: string): string {
    const layer = /^layers\.(\d+)\.(.+)\.(weight|bias)$/.exec(name);
    const inner = layer === null ? (otherNames.get(name) ?? name) : `h.${layer[1] ?? ''}.${layerParts.get(layer[2] ?? '') ?? layer[2] ?? ''}.${layer[3] ?? ''}`;
    return `${this.#prefix}${inner}`;
  }
}
