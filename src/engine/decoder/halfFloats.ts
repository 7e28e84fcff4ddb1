/** Values of all 65536 float16 bit patterns (IEEE 754 binary16). A table serves every Node version; `Float16Array` came with Node 24. */
let table: Float32Array | undefined;

export function halfFloatTable(): Float32Array {
  table ??= Float32Array.from({ length: 1 << 16 }, (_, bits) => halfToFloat(bits));
  return table;
}

function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) {
    return fraction === 0 ? sign * Infinity : NaN;
  }
  // Exponent 0 marks subnormal numbers: no implicit leading one, and the scale of exponent 1.
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
