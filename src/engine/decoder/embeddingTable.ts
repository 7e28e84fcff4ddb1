import { readFile } from 'node:fs/promises';
import { ShorthandError } from '../../common/errors';
import { float16ToFloat32 } from '../float16';

/** The decoder's input embeddings: kept as float16 [vocabulary, width], turned into float32 row by row. */
export class EmbeddingTable {
  readonly #halves: Uint16Array;

  constructor(
    halves: Uint16Array,
    readonly vocabulary: number,
    readonly width: number,
  ) {
    this.#halves = halves;
  }

  /** Reads raw little-endian float16. Errors: `bundle-corrupt` when the file has another size. */
  static async read(file: string, vocabulary: number, width: number): Promise<EmbeddingTable> {
    const bytes = await readFile(file);
    if (bytes.length !== vocabulary * width * Uint16Array.BYTES_PER_ELEMENT) {
      throw new ShorthandError('bundle-corrupt', `${file} has ${bytes.length} bytes, it is not float16 [${vocabulary}, ${width}].`);
    }
    // A copy when the file was read into the middle of a pool, where 16-bit values may lie at odd addresses.
    const start = bytes.byteOffset;
    const buffer = start % 2 === 0 ? bytes.buffer : bytes.buffer.slice(start, start + bytes.length);
    return new EmbeddingTable(new Uint16Array(buffer, start % 2 === 0 ? start : 0, vocabulary * width), vocabulary, width);
  }

  /** Writes the embeddings of `ids` from element `offset` of `into` on. Errors: `internal` for an id outside the vocabulary. */
  lookUp(ids: ArrayLike<number>, into: Float32Array, offset = 0): void {
    for (let index = 0; index < ids.length; index++) {
      const id = ids[index] ?? -1;
      if (!Number.isInteger(id) || id < 0 || id >= this.vocabulary) {
        throw new ShorthandError('internal', `The token ${id} is not in the decoder's vocabulary of ${this.vocabulary}.`);
      }
      const target = offset + index * this.width;
      float16ToFloat32(this.#halves.subarray(id * this.width, (id + 1) * this.width), into.subarray(target, target + this.width));
    }
  }
}
