import { clamp, largestMagnitude, roundHalfEven } from './rounding';

/**
 * Integers reach from -90 to 90 on both sides, activations stored as 0 .. 180: before VNNI, x86 multiplies pairs of unsigned and signed bytes
 * into 16 bits that saturate, and 2 * 180 * 90 just fits. So every processor computes the same integers.
 * Sources: oneDNN developer guide, "Nuances of int8 Computations"; ONNX Runtime's session option `session.x64quantprecision`.
 */
export const reach = 90;

/** `data` [rows, columns] and one scale per row: weight = data * scale. */
export interface QuantisedRows {
  readonly data: Int8Array<ArrayBuffer>;
  readonly scales: Float32Array<ArrayBuffer>;
}

/** scale = max|w| / 90, q = round-half-even(w / scale), in float32; a row of zeros has the scale 0. */
export function quantiseRows(values: Float32Array, rows: number, columns: number): QuantisedRows {
  const data = new Int8Array(rows * columns);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const first = row * columns;
    const scale = Math.fround(largestMagnitude(values, first, columns) / reach);
    scales[row] = scale;
    for (let i = first; i < first + columns && scale !== 0; i++) {
      data[i] = clamp(roundHalfEven(Math.fround((values[i] ?? 0) / scale)), -reach, reach);
    }
  }
  return { data, scales };
}
