import { expect, test } from 'vitest';
import { quantiseInt4, quantiseInt8 } from '../../src/builder/weights/quantiseBlocks';
import { quantiseRows } from '../../src/builder/weights/quantiseRows';

test('int8 blocks: the largest magnitude becomes 127, ties go to even, a block of zeros has the scale 0', () => {
  const { data, scales } = quantiseInt8(Float32Array.of(127, -127, 0.5, 1.5, 2.5, -0.5, 0, 0, 0, 0), 1, 10, 8);
  expect([...scales]).toEqual([1, 0]);
  expect([...data]).toEqual([255, 1, 128, 130, 130, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128]);
});

test('int4 blocks: the value of largest magnitude becomes -8 with a scale of either sign, pairs start in the low bits', () => {
  const { data, scales } = quantiseInt4(Float32Array.of(8, -7, 1, 0, -8, 7, 0, 1), 2, 4, 4);
  expect([...scales]).toEqual([-1, 1]);
  expect([...data]).toEqual([0 | (15 << 4), 7 | (8 << 4), 0 | (15 << 4), 8 | (9 << 4)]);
});

test('int8 rows never reach a product of two that would saturate 16 bits', () => {
  const values = Float32Array.from({ length: 4096 }, (_, i) => Math.sin(i * i) * 3);
  values.fill(0, 0, 1024);
  const { data, scales } = quantiseRows(values, 4, 1024);
  const largest = Math.max(...data.map(Math.abs));
  expect(2 * (2 * largest) * largest).toBeLessThanOrEqual(32767);
  expect(scales[0]).toBe(0);
  values.forEach((value, i) => {
    const scale = Number(scales[Math.floor(i / 1024)]);
    expect(Math.abs(Number(data[i]) * scale - value)).toBeLessThanOrEqual(scale * 0.501);
  });
});
