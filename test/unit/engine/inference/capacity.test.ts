import { expect, test } from 'vitest';
import { kvCapacity } from '../../../../src/engine/decoder/capacity';

/** Llama 3.1's 8B: 256 KiB a position. */
const large = { layers: 32, kvHeads: 8, headSize: 128, positions: 131_072 };
const gigabytes = (count: number) => count * 1024 ** 3;

test.each([
  { name: 'takes no more than is of use when memory is free', wanted: 0, free: gigabytes(64), capacity: 8192 },
  { name: 'takes a quarter of what is free', wanted: 0, free: gigabytes(4), capacity: 4096 },
  { name: 'leaves room for a question and some code', wanted: 0, free: gigabytes(0.1), capacity: 1024 },
  { name: 'takes what was asked for', wanted: 32_768, free: gigabytes(4), capacity: 32_768 },
  { name: 'takes no more than the decoder was trained for', wanted: 1_000_000, free: gigabytes(64), capacity: 131_072 },
])('the KV cache $name', ({ wanted, free, capacity }) => {
  expect(kvCapacity(large, wanted, free)).toBe(capacity);
});

test('the KV cache of a small decoder holds all of its positions', () => {
  expect(kvCapacity({ ...large, positions: 512 }, 0, gigabytes(0.1))).toBe(512);
});
