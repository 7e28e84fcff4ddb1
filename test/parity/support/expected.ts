import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { golden } from './files';

export interface ExpectedTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Reads `expected.safetensors` of a golden; ids (I64) become numbers. Independent of the builder's own reader. */
export function readExpected(name: string): (tensor: string) => ExpectedTensor {
  const file = readFileSync(golden(name, 'expected.safetensors'));
  const headerEnd = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, headerEnd)) as Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
  return tensor => {
    const entry = header[tensor];
    if (entry === undefined) {
      throw new Error(`${name} has no tensor ${tensor}`);
    }
    const bytes = file.buffer.slice(file.byteOffset + headerEnd + entry.data_offsets[0], file.byteOffset + headerEnd + entry.data_offsets[1]);
    return { shape: entry.shape, data: entry.dtype === 'I64' ? Float32Array.from(new BigInt64Array(bytes), Number) : new Float32Array(bytes) };
  };
}

/** Token ids from an expected tensor. */
export function tokenIds(tensor: ExpectedTensor): Int32Array {
  return Int32Array.from(tensor.data);
}

/** ||actual - wanted|| / ||wanted||. */
export function relativeError(actual: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(actual.length).toBe(wanted.length);
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < wanted.length; i++) {
    difference += (Number(actual[i]) - Number(wanted[i])) ** 2;
    norm += Number(wanted[i]) ** 2;
  }
  return Math.sqrt(difference / norm);
}

/** The largest |actual - wanted|. */
export function largestDifference(actual: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(actual.length).toBe(wanted.length);
  return Array.from(wanted).reduce((most, value, i) => Math.max(most, Math.abs(value - Number(actual[i]))), 0);
}
