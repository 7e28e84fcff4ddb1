import { clamp, largestMagnitude, roundHalfEven } from './rounding';

/**
 * Block-wise integer weights of `com.microsoft.MatMulNBits`: every row of [N, K] is cut into blocks of `block` inputs, each with one float32
 * scale; the last block of a row is padded with zeros. Source: ONNX Runtime docs/ContribOperators.md, MatMulNBits.
 * All arithmetic is float32 (`Math.fround` of a double quotient of two float32 values is the exact float32 quotient), so that training can
 * compute the same dequantised weights.
 */

/** Quantised rows: `data` is [rows, blocks, block * bits / 8], `scales` is [rows, blocks]. */
export interface QuantisedBlocks {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly scales: Float32Array<ArrayBuffer>;
}

/** Blocks in one row of `columns` inputs. */
export function blocksPerRow(columns: number, block: number): number {
  return Math.ceil(columns / block);
}

/** int8: scale = max|w| / 127, q = round-half-even(w / scale) in -127..127, stored with the operator's default zero point 128. */
export function quantiseInt8(values: Float32Array, rows: number, columns: number, block: number): QuantisedBlocks {
  const blocks = blocksPerRow(columns, block);
  const data = new Uint8Array(rows * blocks * block).fill(128);
  const scales = new Float32Array(rows * blocks);
  for (let index = 0; index < scales.length; index++) {
    const { first, length } = span(index, blocks, columns, block);
    const scale = Math.fround(largestMagnitude(values, first, length) / 127);
    scales[index] = scale;
    for (let i = 0; i < length && scale !== 0; i++) {
      data[index * block + i] = 128 + clamp(roundHalfEven(Math.fround((values[first + i] ?? 0) / scale)), -127, 127);
    }
  }
  return { data, scales };
}

/**
 * int4, as llama.cpp's Q4_0: d = (the value of largest magnitude, with its sign) / -8, q = round-half-even(w / d) + 8 in 0..15, default zero
 * point 8; the even element of a pair is in the low four bits.
 */
export function quantiseInt4(values: Float32Array, rows: number, columns: number, block: number): QuantisedBlocks {
  const blocks = blocksPerRow(columns, block);
  const data = new Uint8Array((rows * blocks * block) / 2).fill(0x88);
  const scales = new Float32Array(rows * blocks);
  for (let index = 0; index < scales.length; index++) {
    const { first, length } = span(index, blocks, columns, block);
    let extreme = 0;
    for (let i = first; i < first + length; i++) {
      const value = values[i] ?? 0;
      extreme = Math.abs(value) > Math.abs(extreme) ? value : extreme;
    }
    const scale = extreme === 0 ? 0 : Math.fround(extreme / -8);
    scales[index] = scale;
    if (scale !== 0) {
      const at = (index * block) >> 1;
      for (let i = 0; i < length; i += 2) {
        const low = int4Code(values[first + i] ?? 0, scale);
        const high = i + 1 < length ? int4Code(values[first + i + 1] ?? 0, scale) : 8;
        data[at + (i >> 1)] = low | (high << 4);
      }
    }
  }
  return { data, scales };
}

function int4Code(value: number, scale: number): number {
  return clamp(roundHalfEven(Math.fround(value / scale)) + 8, 0, 15);
}

function span(index: number, blocks: number, columns: number, block: number): { readonly first: number; readonly length: number } {
  const row = Math.floor(index / blocks);
  const start = (index % blocks) * block;
  return { first: row * columns + start, length: Math.min(block, columns - start) };
}
