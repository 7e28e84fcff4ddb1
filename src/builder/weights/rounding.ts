/** Added to a float32 of magnitude below 2^22, it leaves no room for a fraction: the sum is rounded to the nearest integer, ties to even. */
const shifter = 1.5 * 2 ** 23;

/** IEEE round to nearest, ties to even (`torch.round`), of a float32 of magnitude below 2^22. */
export function roundHalfEven(value: number): number {
  return Math.fround(value + shifter) - shifter;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/** The largest magnitude among `length` values from `first` on. */
export function largestMagnitude(values: Float32Array, first: number, length: number): number {
  let largest = 0;
  for (let i = first; i < first + length; i++) {
    const magnitude = Math.abs(values[i] ?? 0);
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest;
}
