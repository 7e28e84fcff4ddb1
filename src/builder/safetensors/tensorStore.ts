import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { ShorthandError } from '../../common/errors';
import { decodeFloats, floatBytes, floatTypes, type FloatType } from './floats';
import { corrupt } from './header';
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
  readonly #read = new Set<string>();

  constructor(
    readonly folder: string,
    private readonly files: readonly TensorFile[],
  ) {
    this.#owners = new Map(files.flatMap(file => [...file.entries.keys()].map(name => [name, file])));
  }

  /**
   * Opens `single`, or every shard that `model.safetensors.index.json` names. Close it after use.
   * Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported`.
   */
  static async open(folder: string, single = 'model.safetensors'): Promise<TensorStore> {
    const files: TensorFile[] = [];
    try {
      for (const name of await shardNames(folder, single)) {
        files.push(await TensorFile.open(join(folder, name)));
      }
      return new TensorStore(folder, files);
    } catch (error) {
      await Promise.all(files.map(file => file.close()));
      throw error;
    }
  }

  /** Every tensor's name and shape. */
  shapes(): ReadonlyMap<string, readonly number[]> {
    return new Map(this.files.flatMap(file => [...file.entries].map(([name, entry]) => [name, entry.shape])));
  }

  /**
   * A whole small tensor of `length` values (a norm, a bias); with `first`, `length` values of a longer one from there on.
   * Errors: `bundle-corrupt`, `bundle-unsupported`.
   */
  async vector(name: string, length: number, first?: number): Promise<Float32Array<ArrayBuffer>> {
    const { file, type, shape, begin } = this.#find(name);
    const values = shape.reduce((product, extent) => product * extent, 1);
    if (first === undefined ? values !== length : first + length > values) {
      throw corrupt(file.file, `tensor "${name}" has the shape [${shape.join(', ')}], ${(first ?? 0) + length} values are expected`);
    }
    return decodeFloats(await file.read(begin + (first ?? 0) * floatBytes[type], length * floatBytes[type]), type);
  }

  /** Names of tensors that nobody has read so far. */
  unread(): readonly string[] {
    return [...this.#owners.keys()].filter(name => !this.#read.has(name));
  }

  has(name: string): boolean {
    return this.#owners.has(name);
  }

  /**
   * The matrix `name` of shape [rows, columns] in blocks of rows; with `skipped`, `rows` of a larger one that come after so many others.
   * Errors: `bundle-corrupt`, `bundle-unsupported`.
   */
  async *rowBlocks(name: string, rows: number, columns: number, skipped?: number): AsyncGenerator<RowBlock> {
    const { file, type, begin } = this.#findMatrix(name, rows, columns, skipped);
    const rowBytes = columns * floatBytes[type];
    const step = Math.max(1, Math.floor(blockBytes / rowBytes));
    for (let firstRow = 0; firstRow < rows; firstRow += step) {
      const count = Math.min(step, rows - firstRow);
      const bytes = await file.read(begin + ((skipped ?? 0) + firstRow) * rowBytes, count * rowBytes);
      yield { firstRow, rows: count, values: decodeFloats(bytes, type) };
    }
  }

  /** Checks what `rowBlocks` would read, which then counts as read. Errors as there. */
  requireMatrix(name: string, rows: number, columns: number, skipped?: number): void {
    this.#findMatrix(name, rows, columns, skipped);
  }

  async close(): Promise<void> {
    await Promise.all(this.files.map(file => file.close()));
  }

  #findMatrix(name: string, rows: number, columns: number, skipped: number | undefined): FoundTensor {
    const found = this.#find(name);
    const { file, shape } = found;
    const [height = 0] = shape;
    const fits = skipped === undefined ? height === rows : skipped + rows <= height;
    if (shape.length !== 2 || !fits || shape[1] !== columns) {
      throw corrupt(file.file, `tensor "${name}" has the shape [${shape.join(', ')}], [${(skipped ?? 0) + rows}, ${columns}] is expected`);
    }
    return found;
  }

  #find(name: string): FoundTensor {
    const file = this.#owners.get(name);
    const entry = file?.entries.get(name);
    if (file === undefined || entry === undefined) {
      throw corrupt(this.folder, `the tensor "${name}" is missing`);
    }
    this.#read.add(name);
    const type = floatTypes.find(known => known === entry.type);
    if (type === undefined) {
      throw new ShorthandError('bundle-unsupported', `${file.file}: tensor "${name}" has the element type ${entry.type}; ${floatTypes.join(', ')} can be read.`);
    }
    const bytes = entry.end - entry.begin;
    const needed = entry.shape.reduce((product, extent) => product * extent, floatBytes[type]);
    if (bytes !== needed) {
      throw corrupt(file.file, `tensor "${name}" of shape [${entry.shape.join(', ')}] needs ${needed} bytes, its header entry gives ${bytes}`);
    }
    return { file, type, shape: entry.shape, begin: entry.begin, bytes };
  }
}

interface FoundTensor {
  readonly file: TensorFile;
  readonly type: FloatType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly bytes: number;
}

const shardName = v.pipe(v.string(), v.regex(/^[^/\\]+\.safetensors$/));
const indexSchema = v.object({ weight_map: v.record(v.string(), shardName) });

async function shardNames(folder: string, single: string): Promise<readonly string[]> {
  const index = join(folder, 'model.safetensors.index.json');
  try {
    await access(index);
  } catch {
    return [single];
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), indexSchema), await readFile(index, 'utf8'));
  if (!parsed.success) {
    throw corrupt(index, 'it is not an index of safetensors files');
  }
  return [...new Set(Object.values(parsed.output.weight_map))];
}
