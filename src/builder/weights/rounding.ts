/** IEEE round to nearest, ties to even (`torch.round`). */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/** The largest magnitude among `length` values from `first` on. */
export function largestMagnitude(values: Float32Array, first: number, length: number): number {
  let largest = 0;
  for (let i = first; i < first + length; i++) {
    largest = Math.max(largest, Math.abs(values[i] ?? 0));
  }
  return largest;
}
