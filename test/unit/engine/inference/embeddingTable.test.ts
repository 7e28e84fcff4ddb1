import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EmbeddingTable } from '../../../../src/engine/decoder/embeddingTable';
import { halfFloatTable } from '../../../../src/engine/decoder/halfFloats';
import { temporaryFolder } from './temporaryFolder';

const folder = temporaryFolder();

describe('halfFloatTable', () => {
  it.each<[number, number]>([
    [0x0000, 0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e00, NaN],
  ])('reads %i as %d', (bits, value) => {
    expect(halfFloatTable()[bits]).toEqual(value);
  });

  it('keeps the sign of zero', () => {
    expect(Object.is(halfFloatTable()[0x8000], -0)).toBe(true);
  });
});

describe('EmbeddingTable', () => {
  const file = path.join(folder, 'embeddings.f16');
  writeFileSync(file, Buffer.from(Uint16Array.of(0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600).buffer));

  it('looks rows up at any place of a buffer', async () => {
    const table = await EmbeddingTable.read(file, 3, 2);
    const into = new Float32Array(6);
    table.lookUp([2, 0], into, 1);
    expect([...into]).toEqual([0, 5, 6, 1, 2, 0]);
  });

  it('refuses ids outside the vocabulary and a file of another size', async () => {
    const table = await EmbeddingTable.read(file, 3, 2);
    for (const id of [3, -1, NaN, 0.5]) {
      expect(() => table.lookUp([id], new Float32Array(2))).toThrow(/vocabulary/);
    }
    await expect(EmbeddingTable.read(file, 4, 2)).rejects.toMatchObject({ code: 'bundle-corrupt' });
  });
});
