import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EmbeddingTable } from '../../../../src/engine/decoder/embeddingTable';
import { temporaryFolder } from './temporaryFolder';

const folder = temporaryFolder();

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
