import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { decodeFloats } from './floats';
import { corrupt, floatBytes, type TensorEntry } from './header';
import { TensorFile } from './tensorFile';

/** Source bytes that are in memory at a time while a matrix streams through. */
const blockBytes = 4 * 1024 * 1024;

/** A run of consecutive rows of a matrix, as float32, row-major. */
export interface RowBlock {
  readonly firstRow: number;
  readonly rows: number;
  readonly values: Float32Array<ArrayBuffer>;
}

/** Tensors by name over one or several safetensors files. Holds no tensor in memory. */
export class TensorStore {
  readonly #owners: ReadonlyMap<string, TensorFile>;

  private constructor(
    readonly folder: string,
    private readonly files: readonly TensorFile[],
  ) {
    this.#owners = new Map(files.flatMap(file => [...file.entries.keys()].map(name => [name, file])));
  }

  /**
   * Opens `model.safetensors`, or every shard that `model.safetensors.index.json` names. Close it after use.
   * Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported`.
   */
  static async open(folder: string): Promise<TensorStore> {
    const files: TensorFile[] = [];
    try {
      for (const name of await shardNames(folder)) {
        files.push(await TensorFile.open(join(folder, name)));
      }
      return new TensorStore(folder, files);
    } catch (error) {
      await Promise.all(files.map(file => file.close()));
      throw error;
    }
  }

  has(name: string): boolean {
    return this.#owners.has(name);
  }

  /** Bytes of all tensors as stored. */
  get totalBytes(): number {
    return this.files.reduce((sum, file) => sum + [...file.entries.values()].reduce((bytes, entry) => bytes + entry.end - entry.begin, 0), 0);
  }

  /** A whole small tensor (a norm, a bias). Errors: `bundle-corrupt` when it is absent or has another shape. */
  async vector(name: string, length: number): Promise<Float32Array<ArrayBuffer>> {
    const { file, entry } = this.#find(name);
    if (entry.shape.reduce((product, extent) => product * extent, 1) !== length) {
      throw corrupt(file.file, `tensor "${name}" has the shape [${entry.shape.join(', ')}], ${length} values are expected`);
    }
    return decodeFloats(await file.read(entry.begin, entry.end - entry.begin), entry.type);
  }

  /** The matrix `name` of shape [rows, columns] in blocks of rows. Errors: `bundle-corrupt` as for `vector`. */
  async *rowBlocks(name: string, rows: number, columns: number): AsyncGenerator<RowBlock> {
    const { file, entry } = this.#find(name);
    if (entry.shape.length !== 2 || entry.shape[0] !== rows || entry.shape[1] !== columns) {
      throw corrupt(file.file, `tensor "${name}" has the shape [${entry.shape.join(', ')}], [${rows}, ${columns}] is expected`);
    }
    const rowBytes = columns * floatBytes[entry.type];
    const step = Math.max(1, Math.floor(blockBytes / rowBytes));
    for (let firstRow = 0; firstRow < rows; firstRow += step) {
      const count = Math.min(step, rows - firstRow);
      const bytes = await file.read(entry.begin + firstRow * rowBytes, count * rowBytes);
      yield { firstRow, rows: count, values: decodeFloats(bytes, entry.type) };
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.files.map(file => file.close()));
  }

  #find(name: string): { readonly file: TensorFile; readonly entry: TensorEntry } {
    const file = this.#owners.get(name);
    const entry = file?.entries.get(name);
    if (file === undefined || entry === undefined) {
      throw corrupt(this.folder, `the tensor "${name}" is missing`);
    }
    return { file, entry };
  }
}

const shardName = v.pipe(v.string(), v.regex(/^[^/\\]+\.safetensors$/));
const indexSchema = v.object({ weight_map: v.record(v.string(), shardName) });

async function shardNames(folder: string): Promise<readonly string[]> {
  const index = join(folder, 'model.safetensors.index.json');
  try {
    await access(index);
  } catch {
    return ['model.safetensors'];
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), indexSchema), await readFile(index, 'utf8'));
  if (!parsed.success) {
    throw corrupt(index, 'it is not an index of safetensors files');
  }
  return [...new Set(Object.values(parsed.output.weight_map))];
}
