import { readFile } from 'node:fs/promises';
import type { SlotCodeSpec } from '../../common/bundle';
import type { Bundle } from '../bundle/openBundle';
import { floatsOfHalves } from '../float16';
import type { OnnxRuntime, OnnxSession, SessionOptions } from '../runtime/onnxRuntime';
import { float32, float32Zeros, int32 } from '../runtime/tensor';
import { joined, rowsOf, type SlotCode } from './slotCode';

/** Distances to centroids that are held at a time: they stay in the processor's caches. */
const mostDistances = 2 ** 20;

/**
 * Product quantisation (Jegou et al., 2011): of each part of a slot, rotated, the number of its nearest centroid, one byte. Products and the
 * search run in ONNX Runtime: the same in JavaScript takes as long as the encoder.
 */
export class ProductCode implements SlotCode {
  readonly slotBytes: number;

  private constructor(
    private readonly spec: SlotCodeSpec,
    private readonly width: number,
    /** Row-major [parts, centroids, partWidth]. */
    private readonly table: Float32Array,
    /** The same with -|y|^2 / 2 behind each centroid y: [parts, centroids, partWidth + 1]. */
    private readonly weighted: Float32Array,
    private readonly encoding: OnnxSession,
    private readonly decoding: OnnxSession,
  ) {
    this.slotBytes = spec.parts;
  }

  /** Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported`, `out-of-memory`. */
  static async open(runtime: OnnxRuntime, bundle: Bundle, spec: SlotCodeSpec, width: number, options: SessionOptions): Promise<ProductCode> {
    // How many there are was compared with the manifest.
    const table = floatsOfHalves(await readFile(bundle.file(spec.table)));
    const encoding = await runtime.load(bundle.file(spec.encodeGraph), options);
    try {
      return new ProductCode(spec, width, table, withHalfSquares(table, spec.partWidth), encoding, await runtime.load(bundle.file(spec.decodeGraph), options));
    } catch (error) {
      encoding.dispose();
      throw error;
    }
  }

  async encode(windows: readonly Float32Array[]): Promise<readonly Uint8Array[]> {
    const { parts, centroids } = this.spec;
    const slots = joined(windows);
    const count = slots.length / this.width;
    const codes = new Uint8Array(count * parts);
    const step = Math.max(1, Math.floor(mostDistances / (parts * centroids)));
    for (let first = 0; first < count; first += step) {
      const rows = Math.min(step, count - first);
      codes.set(await this.#nearest(slots.subarray(first * this.width, (first + rows) * this.width), rows), first * parts);
    }
    let start = 0;
    return windows.map(({ length }) => codes.slice(start, (start += (length / this.width) * parts)));
  }

  async decode(windows: readonly Uint8Array[]): Promise<Float32Array> {
    const { parts, partWidth, centroids } = this.spec;
    const rotatedWidth = parts * partWidth;
    const rotated = new Float32Array(windows.reduce((sum, { length }) => sum + length, 0) * partWidth);
    let at = 0;
    for (const codes of windows) {
      for (let i = 0; i < codes.length; i++) {
        const from = ((i % parts) * centroids + (codes[i] ?? 0)) * partWidth;
        for (let k = 0; k < partWidth; k++) {
          rotated[at++] = this.table[from + k] ?? 0;
        }
      }
    }
    return this.#turnedBack(rotated, rotated.length / rotatedWidth);
  }

  async means(windows: readonly Uint8Array[]): Promise<readonly Float32Array[]> {
    const { parts, partWidth, centroids } = this.spec;
    const rotatedWidth = parts * partWidth;
    const rotated = new Float32Array(windows.length * rotatedWidth);
    // The way back is linear: it is gone once for a window, with the mean of its centroids.
    windows.forEach((codes, window) => {
      const share = parts / Math.max(parts, codes.length);
      for (let i = 0; i < codes.length; i++) {
        const part = i % parts;
        const from = (part * centroids + (codes[i] ?? 0)) * partWidth;
        const to = window * rotatedWidth + part * partWidth;
        for (let k = 0; k < partWidth; k++) {
          rotated[to + k] = (rotated[to + k] ?? 0) + (this.table[from + k] ?? 0) * share;
        }
      }
    });
    return rowsOf(await this.#turnedBack(rotated, windows.length), this.width);
  }

  dispose(): void {
    this.encoding.dispose();
    this.decoding.dispose();
  }

  /** `slots` float32 [rows, width] -> [rows, parts]. */
  async #nearest(slots: Float32Array, rows: number): Promise<Int32Array> {
    const { parts, partWidth, centroids } = this.spec;
    const codes = new Int32Array(rows * parts);
    const inputs = { slots: float32(slots, [rows, this.width]), centroids: float32(this.weighted, [parts, centroids, partWidth + 1]) };
    await this.encoding.run(inputs, { codes: int32(codes, [rows, parts]) });
    return codes;
  }

  /** `rotated` float32 [rows, parts * partWidth] -> [rows, width]. */
  async #turnedBack(rotated: Float32Array, rows: number): Promise<Float32Array> {
    if (rows === 0) {
      return new Float32Array(0);
    }
    const slots = float32Zeros([rows, this.width]);
    await this.decoding.run({ parts: float32(rotated, [rows, rotated.length / rows]) }, { slots });
    return slots.data;
  }
}

function withHalfSquares(table: Float32Array, partWidth: number): Float32Array {
  const weighted = new Float32Array((table.length / partWidth) * (partWidth + 1));
  for (const [row, centroid] of rowsOf(table, partWidth).entries()) {
    weighted.set(centroid, row * (partWidth + 1));
    weighted[(row + 1) * (partWidth + 1) - 1] = -centroid.reduce((sum, value) => sum + value * value, 0) / 2;
  }
  return weighted;
}
