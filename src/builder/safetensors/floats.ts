/** Element types that weights may have. */
export const floatTypes = ['F32', 'F16', 'BF16'] as const;
export type FloatType = (typeof floatTypes)[number];

/** Bytes of one element. */
export const floatBytes: Readonly<Record<FloatType, number>> = { F32: 4, F16: 2, BF16: 2 };

/**
 * Bytes of little-endian floats as float32. A BF16 is the upper half of a float32; an F16 is widened exactly.
 * Typed arrays use the byte order of the machine: every platform that ONNX Runtime ships for is little-endian.
 */
export function decodeFloats(bytes: Uint8Array<ArrayBuffer>, type: FloatType): Float32Array<ArrayBuffer> {
  if (type === 'F32') {
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  }
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  const out = new Float32Array(halves.length);
  const bits = new Uint32Array(out.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i] ?? 0;
    bits[i] = type === 'BF16' ? half << 16 : widenHalf(half);
  }
  return out;
}

/** Float32 values rounded to float16 (to nearest, ties to even; too large becomes infinity) as raw 16-bit patterns. */
export function encodeHalves(values: Float32Array<ArrayBuffer>): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) {
    out[i] = narrowToHalf(bits[i] ?? 0);
  }
  return out;
}

/** The float32 pattern of a float16 pattern. */
function widenHalf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0x1f) {
    return sign | 0x7f800000 | (mantissa << 13);
  }
  if (exponent !== 0) {
    return sign | ((exponent + 112) << 23) | (mantissa << 13);
  }
  if (mantissa === 0) {
    return sign;
  }
  // Subnormal: shift until the leading one falls off at bit 10.
  const shift = Math.clz32(mantissa) - 21;
  return sign | ((113 - shift) << 23) | (((mantissa << shift) & 0x3ff) << 13);
}

/** The float16 pattern nearest to a float32 pattern. */
function narrowToHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= 0x7f800000) {
    return sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00);
  }
  if (magnitude >= 0x38800000) {
    // Normal: rebias the exponent and round away 13 bits; a carry runs into the exponent, at the top into infinity.
    const rebased = magnitude - 0x38000000;
    return sign | Math.min((rebased + 0xfff + ((rebased >>> 13) & 1)) >>> 13, 0x7c00);
  }
  // Subnormal: a multiple of 2^-24.
  const exponent = magnitude >>> 23;
  if (exponent < 102) {
    return sign;
  }
  const mantissa = (magnitude & 0x7fffff) | 0x800000;
  const shift = 126 - exponent;
  const kept = mantissa >>> shift;
  const rest = mantissa & ((1 << shift) - 1);
  const tie = 1 << (shift - 1);
  return sign | (rest > tie || (rest === tie && (kept & 1) === 1) ? kept + 1 : kept);
}
