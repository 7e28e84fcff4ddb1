import { expect, test } from 'vitest';
import { float16ToFloat32, float32ToFloat16 } from '../../../src/engine/float16';

function narrow(...values: number[]): number[] {
  const halves = new Uint16Array(values.length);
  float32ToFloat16(Float32Array.from(values), halves);
  return [...halves];
}

test('every half survives a round trip, NaN as a NaN', () => {
  const halves = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);
  const floats = new Float32Array(halves.length);
  float16ToFloat32(halves, floats);
  const back = new Uint16Array(halves.length);
  float32ToFloat16(floats, back);
  for (const [bits, half] of back.entries()) {
    if (Number.isNaN(floats[bits])) {
      expect(half & 0x7fff).toBeGreaterThan(0x7c00);
    } else {
      expect(half).toBe(bits);
    }
  }
  expect([...floats.slice(0x3c00, 0x3c02), floats[0x7bff], floats[1], floats[0x7c00], floats[0xc000]]).toEqual([1, 1 + 2 ** -10, 65504, 2 ** -24, Infinity, -2]);
});

test('rounds to nearest, ties to even', () => {
  expect(narrow(1 + 2 ** -11, 1 + 3 * 2 ** -11, 1 + 2 ** -11 + 2 ** -20)).toEqual([0x3c00, 0x3c02, 0x3c01]);
  expect(narrow(65519.99, 65520, 1e9, -1e9)).toEqual([0x7bff, 0x7c00, 0x7c00, 0xfc00]);
  expect(narrow(2 ** -25, 2 ** -25 * 1.0001, 3 * 2 ** -25, -(2 ** -14), 2 ** -14 - 2 ** -25)).toEqual([0, 1, 2, 0x8400, 0x0400]);
  expect(narrow(0, -0)).toEqual([0, 0x8000]);
});

test.runIf('Float16Array' in globalThis)('rounds as the platform does', () => {
  const Halves = (globalThis as unknown as { Float16Array: new (values: Float32Array) => { buffer: ArrayBuffer } }).Float16Array;
  const patterns = Uint32Array.from({ length: 500_000 }, (_, i) => Math.imul(i, 2654435761) >>> 0);
  const floats = new Float32Array(patterns.buffer).filter(value => !Number.isNaN(value));
  const ours = new Uint16Array(floats.length);
  float32ToFloat16(floats, ours);
  expect(Buffer.from(ours.buffer).equals(Buffer.from(new Halves(floats).buffer))).toBe(true);
});

test('refuses a source that is too short', () => {
  expect(() => float16ToFloat32(new Uint16Array(2), new Float32Array(3))).toThrow(RangeError);
  expect(() => float32ToFloat16(new Float32Array(2), new Uint16Array(3))).toThrow(RangeError);
});
