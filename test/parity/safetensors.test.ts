import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeFloats, encodeHalves } from '../../src/builder/safetensors/floats';
import { TensorStore } from '../../src/builder/safetensors/tensorStore';
import { float32Tensor, temporaryFolder, writeSafetensors, type StoredTensor } from './support/files';

const matrix = Float32Array.of(1, -2, 0.5, 65504, 6e-8, -0);
/** The same values as halves; 6e-8 is the smallest subnormal. */
const halves: StoredTensor = { dtype: 'F16', shape: [3, 2], bytes: bytesOf(Uint16Array.of(0x3c00, 0xc000, 0x3800, 0x7bff, 0x0001, 0x8000)) };

describe('reading', () => {
  test.each([
    { name: 'F32', tensor: float32Tensor(matrix, [3, 2]), wanted: [...matrix] },
    { name: 'F16', tensor: halves, wanted: [1, -2, 0.5, 65504, 2 ** -24, -0] },
    { name: 'BF16', tensor: { dtype: 'BF16', shape: [3, 2], bytes: bytesOf(Uint16Array.of(0x3f80, 0xc000, 0x3f00, 0x7f7f, 0x0001, 0x8000)) }, wanted: [1, -2, 0.5, 3.3895313892515355e38, 9.183549615799121e-41, -0] },
  ])('$name tensors, also from an odd offset', async ({ tensor, wanted }) => {
    const store = await stored({ odd: { dtype: 'I8', shape: [3], bytes: Uint8Array.of(1, 2, 3) }, weight: tensor });
    expect(await rowsOf(store, 'weight', 3, 2)).toEqual(wanted);
    await store.close();
  });

  test('shards that an index names', async () => {
    const folder = temporaryFolder();
    writeSafetensors(join(folder, 'model-00001-of-00002.safetensors'), { a: float32Tensor(matrix, [3, 2]) });
    writeSafetensors(join(folder, 'model-00002-of-00002.safetensors'), { b: halves });
    const index = { metadata: {}, weight_map: { a: 'model-00001-of-00002.safetensors', b: 'model-00002-of-00002.safetensors' } };
    writeFileSync(join(folder, 'model.safetensors.index.json'), JSON.stringify(index));
    const store = await TensorStore.open(folder);
    expect(await rowsOf(store, 'a', 3, 2)).toEqual([...matrix]);
    expect(await store.vector('b', 6)).toHaveLength(6);
    await store.close();
  });

  test('a matrix larger than one block arrives in order', async () => {
    const columns = 1024;
    const rows = 2500;
    const values = Float32Array.from({ length: rows * columns }, (_, i) => i % 1000003);
    const store = await stored({ weight: float32Tensor(values, [rows, columns]) });
    let next = 0;
    for await (const block of store.rowBlocks('weight', rows, columns)) {
      expect(block.firstRow).toBe(next);
      const wanted = values.subarray(next * columns, (next + block.rows) * columns);
      expect(block.values.every((value, i) => value === wanted[i])).toBe(true);
      next += block.rows;
    }
    expect(next).toBe(rows);
    await store.close();
  });
});

describe('refusing', () => {
  const tensors = { weight: float32Tensor(matrix, [3, 2]) };
  const damage: Readonly<Record<string, (header: string) => string>> = {
    'no JSON': () => 'not json',
    'no object': () => '[1]',
    'a negative offset': header => header.replace('[0,24]', '[-1,24]'),
    'an end before the start': header => header.replace('[0,24]', '[24,0]'),
    'an end behind the file': header => header.replace('[0,24]', '[0,2400]'),
    'a missing shape': header => header.replace('"shape"', '"form"'),
  };

  test.each(Object.entries(damage))('a header with %s', async (_, change) => {
    const folder = temporaryFolder();
    writeSafetensors(join(folder, 'model.safetensors'), tensors, change);
    await expect(TensorStore.open(folder)).rejects.toMatchObject({ code: 'bundle-corrupt' });
  });

  test.each([
    { name: 'a file of 3 bytes', bytes: Buffer.from('abc') },
    { name: 'a header length beyond the file', bytes: Buffer.from([255, 255, 255, 255, 255, 255, 255, 255, 1]) },
    { name: 'an empty file', bytes: Buffer.alloc(0) },
  ])('$name', async ({ bytes }) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'model.safetensors'), bytes);
    await expect(TensorStore.open(folder)).rejects.toMatchObject({ code: 'bundle-corrupt' });
  });

  test('a truncated file, whether the header or the reading notices', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'model.safetensors');
    writeSafetensors(file, tensors);
    const { length } = readFileSync(file);
    const store = await TensorStore.open(folder);
    truncateSync(file, length - 4);
    await expect(store.vector('weight', 6)).rejects.toMatchObject({ code: 'bundle-corrupt' });
    await store.close();
    await expect(TensorStore.open(folder)).rejects.toMatchObject({ code: 'bundle-corrupt' });
  });

  test('missing files, tensors and shapes, and element types that are no floats', async () => {
    await expect(TensorStore.open(temporaryFolder())).rejects.toMatchObject({ code: 'bundle-missing' });
    const store = await stored({
      ...tensors,
      ids: { dtype: 'I64', shape: [1], bytes: new Uint8Array(8) },
      short: { dtype: 'F32', shape: [3, 3], bytes: new Uint8Array(24) },
    });
    await expect(store.vector('bias', 6)).rejects.toMatchObject({ code: 'bundle-corrupt' });
    await expect(rowsOf(store, 'weight', 2, 3)).rejects.toMatchObject({ code: 'bundle-corrupt' });
    await expect(rowsOf(store, 'short', 3, 3)).rejects.toMatchObject({ code: 'bundle-corrupt' });
    await expect(store.vector('ids', 1)).rejects.toMatchObject({ code: 'bundle-unsupported' });
    await store.close();
  });

  test('an index that leaves the folder', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: { a: '../model.safetensors' } }));
    await expect(TensorStore.open(folder)).rejects.toMatchObject({ code: 'bundle-corrupt' });
  });
});

test('every float16 survives widening and narrowing', () => {
  const patterns = Uint16Array.from({ length: 65536 }, (_, i) => i).filter(pattern => (pattern & 0x7c00) !== 0x7c00 || (pattern & 0x3ff) === 0);
  const back = encodeHalves(decodeFloats(bytesOf(patterns), 'F16'));
  expect(back.every((pattern, i) => pattern === patterns[i])).toBe(true);
});

test('narrowing rounds to nearest, ties to even', () => {
  // 2049 and 2051 lie half way between halves; 65520 is the first that becomes infinity; 2^-25 is half of the smallest half.
  const values = Float32Array.of(2049, 2051, 65519, 65520, 2 ** -25, 2 ** -25 * 1.001, 2 ** -24 * 1.5, 2 ** -14 * 0.99999);
  expect([...encodeHalves(values)]).toEqual([0x6800, 0x6802, 0x7bff, 0x7c00, 0x0000, 0x0001, 0x0002, 0x0400]);
});

async function stored(tensors: Readonly<Record<string, StoredTensor>>): Promise<TensorStore> {
  const folder = temporaryFolder();
  writeSafetensors(join(folder, 'model.safetensors'), tensors);
  return TensorStore.open(folder);
}

async function rowsOf(store: TensorStore, name: string, rows: number, columns: number): Promise<number[]> {
  const values: number[] = [];
  for await (const block of store.rowBlocks(name, rows, columns)) {
    values.push(...block.values);
  }
  return values;
}

function bytesOf(array: Uint16Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
