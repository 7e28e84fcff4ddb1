/**
 * Conversions between float32 and float16 (IEEE 754 binary16, its bits in a Uint16Array). By hand, because `Float16Array` came with Node 24
 * and VS Code may still embed 22; the table is the faster way to read anyway.
 */

/** The value of each of the 65,536 bit patterns. */
const values = Float32Array.from({ length: 0x10000 }, (_, bits) => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) {
    return fraction === 0 ? sign * Infinity : NaN;
  }
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
});

/** Widens the first `target.length` halves of `source`, exactly. */
export function float16ToFloat32(source: Uint16Array, target: Float32Array): void {
  checkLengths(source.length, target.length);
  for (let i = 0; i < target.length; i++) {
    target[i] = values[source[i] ?? 0] ?? 0;
  }
}

/** Widens raw little-endian halves, as every platform has them that Node runs on here. */
export function floatsOfHalves(bytes: Uint8Array): Float32Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  const halves = new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 1);
  const floats = new Float32Array(halves.length);
  float16ToFloat32(halves, floats);
  return floats;
}

/** Narrows the first `target.length` floats of `source`, to nearest, ties to even; too large values become infinities, NaN stays NaN. */
export function float32ToFloat16(source: Float32Array, target: Uint16Array): void {
  checkLengths(source.length, target.length);
  const patterns = new Uint32Array(source.buffer, source.byteOffset, source.length);
  for (let i = 0; i < target.length; i++) {
    target[i] = narrow(patterns[i] ?? 0);
  }
}

/** The half nearest to a float32 bit pattern. */
function narrow(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) {
    return sign | 0x7e00;
  }
  // From halfway above 65504, the largest half.
  if (magnitude >= 0x477ff000) {
    return sign | 0x7c00;
  }
  // Normal halves, from 2^-14: move the exponent's bias and round the 13 bits that go.
  if (magnitude >= 0x38800000) {
    return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  }
  // Up to half of the smallest subnormal half.
  if (magnitude <= 0x33000000) {
    return sign;
  }
  const mantissa = (magnitude & 0x7fffff) | 0x800000;
  const shift = 126 - (magnitude >>> 23);
  return sign | ((mantissa + (1 << (shift - 1)) - 1 + ((mantissa >>> shift) & 1)) >>> shift);
}

function checkLengths(source: number, target: number): void {
  if (source < target) {
    throw new RangeError(`The source has ${source} values, the target ${target}.`);
  }
}
