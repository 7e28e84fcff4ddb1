import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TensorStore } from '../../src/builder/safetensors/tensorStore';
import { quantiseInt4, quantiseInt8 } from '../../src/builder/weights/quantiseBlocks';
import { startDecoder } from './support/decoderRun';
import { readExpected, relativeError } from './support/expected';
import { float32Tensor, golden, temporaryFolder, writeSafetensors, type StoredTensor } from './support/files';

/** Training's own dequantised weights computed the `_int8` and `_int4` logits, with float32 activations and the head at int8. */
const expected = readExpected('decoder-tiny-quantised');
const checkpoint = golden('decoder-tiny-quantised', 'decoder');
const block = 128;
const embeds = expected('inputs_embeds');
const width = embeds.shape[2] ?? 0;

test.each([{ kind: 'int8', bits: 8, rounded: 0.03 }, { kind: 'int4', bits: 4, rounded: 0.4 }] as const)(
  '$kind weights: the float graph of the dequantised weights equals training, the integer graph differs by its activations',
  async ({ kind, bits, rounded }) => {
    const wanted = expected(`prefill_logits_${kind}`).data;
    const exact = await startDecoder(await dequantisedCheckpoint(bits), { kind: 'fp32' }, 64);
    expect(relativeError(await exact.read(embeds.data), wanted)).toBeLessThan(1e-5);

    const decoder = await startDecoder(checkpoint, { kind, block }, 64);
    const logits = await decoder.read(embeds.data);
    expect(relativeError(logits, wanted)).toBeLessThan(0.03);
    expect(relativeError(logits, expected('prefill_logits').data)).toBeLessThan(rounded);

    const steps = expected('step_embeds');
    const rows: number[] = [];
    for (let step = 0; step < (steps.shape[0] ?? 0); step++) {
      rows.push(...(await decoder.read(steps.data.slice(step * width, (step + 1) * width))));
    }
    expect(relativeError(rows, expected(`step_logits_${kind}`).data)).toBeLessThan(0.03);
  },
);

test.each([16, 32, 64, 256])('blocks of %i inputs work, also where a row is shorter or not a multiple', async size => {
  const decoder = await startDecoder(checkpoint, { kind: 'int8', block: size }, 64);
  expect(relativeError(await decoder.read(embeds.data), expected('prefill_logits').data)).toBeLessThan(0.03);
});

test('a block that the operator does not take is refused', async () => {
  await expect(startDecoder(checkpoint, { kind: 'int8', block: 100 }, 64)).rejects.toMatchObject({ code: 'bundle-unsupported' });
});

/** A checkpoint whose matrices went through the builder's quantisation and back. */
async function dequantisedCheckpoint(bits: 8 | 4): Promise<string> {
  const folder = join(temporaryFolder(), 'decoder');
  mkdirSync(folder);
  copyFileSync(join(checkpoint, 'config.json'), join(folder, 'config.json'));
  const store = await TensorStore.open(checkpoint);
  const tensors: Record<string, StoredTensor> = {};
  for (const [name, shape] of store.shapes()) {
    const [rows = 0, columns] = shape;
    if (columns === undefined) {
      tensors[name] = float32Tensor(await store.vector(name, rows), shape);
      continue;
    }
    const values = new Float32Array(rows * columns);
    for await (const part of store.rowBlocks(name, rows, columns)) {
      values.set(dequantised(part.values, part.rows, columns, name.includes('embed_tokens') ? 8 : bits), part.firstRow * columns);
    }
    tensors[name] = float32Tensor(values, shape);
  }
  await store.close();
  writeSafetensors(join(folder, 'model.safetensors'), tensors);
  return folder;
}

function dequantised(values: Float32Array, rows: number, columns: number, bits: 8 | 4): Float32Array {
  const { data, scales } = (bits === 8 ? quantiseInt8 : quantiseInt4)(values, rows, columns, block);
  return Float32Array.from(values, (_, i) => {
    const code = bits === 8 ? Number(data[i]) - 128 : ((Number(data[i >> 1]) >> (4 * (i % 2))) & 15) - 8;
    return code * Number(scales[Math.floor(i / block)]);
  });
}
