import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TensorStore } from '../../src/builder/safetensors/tensorStore';
import { startDecoder } from './support/decoderRun';
import { readExpected, relativeError } from './support/expected';
import { float32Tensor, golden, temporaryFolder, writeSafetensors, type StoredTensor } from './support/files';

const source = golden('decoder-tiny', 'decoder');
const expected = readExpected('decoder-tiny');
const embeds = expected('inputs_embeds').data;
const prefill = expected('prefill_logits').data;

test('a head of its own is used when the embeddings are not tied', async () => {
  const tensors = await readAll();
  const table = tensors['model.embed_tokens.weight'];
  const doubled = Float32Array.from(new Float32Array(table?.bytes.buffer ?? new ArrayBuffer()), value => 2 * value);
  const folder = variant({ tie_word_embeddings: false }, { ...tensors, 'lm_head.weight': float32Tensor(doubled, table?.shape ?? []) });
  const decoder = await startDecoder(folder, { kind: 'fp32' }, 32);
  expect(relativeError(await decoder.read(embeds), prefill.map(logit => 2 * logit))).toBeLessThan(1e-5);
});

test('an untied head that is missing is named', async () => {
  const folder = variant({ tie_word_embeddings: false }, await readAll());
  await expect(startDecoder(folder, { kind: 'fp32' }, 32)).rejects.toMatchObject({ code: 'bundle-corrupt', message: expect.stringContaining('lm_head.weight') as string });
});

test('the configuration of newer transformers is read, with rope_parameters', async () => {
  const { rope_theta: theta, ...config } = JSON.parse(readFileSync(join(source, 'config.json'), 'utf8')) as Record<string, unknown>;
  const folder = variant({ ...config, rope_theta: undefined, rope_parameters: { rope_theta: theta, rope_type: 'default' } }, await readAll());
  const decoder = await startDecoder(folder, { kind: 'fp32' }, 32);
  expect(relativeError(await decoder.read(embeds), prefill)).toBeLessThan(1e-5);
});

test('weights that are not finite are refused', async () => {
  const tensors = await readAll();
  const name = 'model.layers.1.mlp.up_proj.weight';
  const values = new Float32Array((tensors[name]?.bytes.length ?? 0) / 4);
  values[17] = NaN;
  const folder = variant({}, { ...tensors, [name]: float32Tensor(values, tensors[name]?.shape ?? []) });
  await expect(startDecoder(folder, { kind: 'int8', block: 32 }, 32)).rejects.toMatchObject({ code: 'bundle-corrupt', message: expect.stringContaining(name) as string });
});

function variant(change: Readonly<Record<string, unknown>>, tensors: Readonly<Record<string, StoredTensor>>): string {
  const folder = join(temporaryFolder(), 'decoder');
  mkdirSync(folder);
  const config = JSON.parse(readFileSync(join(source, 'config.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, ...change }));
  writeSafetensors(join(folder, 'model.safetensors'), tensors);
  return folder;
}

async function readAll(): Promise<Record<string, StoredTensor>> {
  const store = await TensorStore.open(source);
  const tensors: Record<string, StoredTensor> = {};
  for (const [name, shape] of store.shapes()) {
    const length = shape.reduce((product, extent) => product * extent, 1);
    tensors[name] = float32Tensor(await store.vector(name, length), shape);
  }
  await store.close();
  return tensors;
}
