import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { addModel } from '../../../src/builder/addModel/addModel';
import { ShorthandError } from '../../../src/common/errors';
import { AddBench } from './addBench';

const bench = new AddBench();

describe('nothing is written', () => {
  test('when the disk has no room, of which exactly the bundle\'s bytes are asked', async () => {
    const asked: number[] = [];
    const full = (_: string, bytes: number): Promise<never> => {
      asked.push(bytes);
      return Promise.reject(new ShorthandError('disk-full', 'No room.'));
    };
    await expect(addModel(bench.withArc(), { requireSpace: full })).rejects.toMatchObject({ code: 'disk-full' });
    expect(readdirSync(bench.bundle('llama-3.1-arc-int8~partial'))).toEqual([]);
    expect(asked).toEqual([(await addModel(bench.withArc())).bytes]);
  });

  const shard = 'model-00002-of-00004.safetensors';
  const cut = (folder: string, name: string): void => truncateSync(path.join(folder, name), statSync(path.join(folder, name)).size - 100);
  const withTokens = (folder: string, change: (text: string) => string): void => {
    const file = path.join(folder, 'tokenizer.json');
    writeFileSync(file, change(readFileSync(file, 'utf8')));
  };

  test.each([
    { what: 'a shard is missing', change: () => ({ decoderFolder: bench.changed('llama', folder => rmSync(path.join(folder, shard))) }), code: 'bundle-missing', says: shard },
    { what: 'a shard is cut off', change: () => ({ decoderFolder: bench.changed('llama', folder => cut(folder, shard)) }), code: 'bundle-corrupt', says: shard },
    { what: "a shard's header is damaged", change: () => ({ decoderFolder: bench.changed('llama', folder => writeFileSync(path.join(folder, shard), Buffer.alloc(5000, 0x20))) }), code: 'bundle-corrupt', says: shard },
    { what: 'the folder holds no model', change: () => ({ decoderFolder: bench.modelsRoot }), code: 'bundle-missing', says: 'config.json' },
    { what: 'the architecture is unknown', change: () => ({ decoderFolder: bench.changed('llama', folder => writeFileSync(path.join(folder, 'config.json'), '{"model_type":"mamba"}')) }), code: 'bundle-unsupported', says: 'mamba' },
    { what: 'the decoder has no tokenizer', change: () => ({ decoderFolder: bench.changed('llama', folder => rmSync(path.join(folder, 'tokenizer.json'))) }), code: 'bundle-missing', says: 'tokenizer.json' },
    { what: 'the tokenizer has ids that the decoder has not', change: () => ({ decoderFolder: bench.changed('llama', folder => withTokens(folder, text => text.replace('"id": 2,', '"id": 384,'))) }), code: 'bundle-corrupt', says: 'another model' },
    { what: 'the compressor is for decoders of another width', change: () => ({ decoderFolder: bench.source('qwen2'), compressor: { folder: bench.source('arc'), bridge: 0 } }), code: 'bundle-unsupported', says: '48 wide; this one is 64 wide' },
    { what: 'the compressor is none', change: () => ({ compressor: { folder: bench.modelsRoot, bridge: 0 } }), code: 'bundle-unsupported', says: 'no compressor' },
    { what: 'the compressor has no such bridge', change: () => ({ decoderFolder: bench.source('llama-3.1'), compressor: { folder: bench.source('arc-multi'), bridge: 2 } }), code: 'bundle-unsupported', says: '2 bridges' },
    { what: 'the compressor has other tokens than the decoder and no tokenizer', change: () => ({ decoderFolder: bench.source('larger-vocabulary'), compressor: { folder: bench.source('arc'), bridge: 0 } }), code: 'bundle-missing', says: 'base model' },
    { what: 'an adapter comes without its base', change: () => ({ decoderFolder: bench.source('pcc-decoder'), compressor: { folder: bench.source('pcc-large'), bridge: 0 } }), code: 'bundle-missing', says: 'base model' },
    { what: 'a window has more slots than PCC has memory tokens', change: () => ({ decoderFolder: bench.source('pcc-decoder'), compressor: { folder: bench.source('pcc-light-16x'), ratio: 4, window: 257, bridge: 0 } }), code: 'bundle-unsupported', says: 'at most 256' },
    { what: "a window is longer than GPT-2's positions", change: () => ({ decoderFolder: bench.source('pcc-decoder'), compressor: { folder: bench.source('pcc-light-16x'), window: 500, bridge: 0 } }), code: 'bundle-unsupported', says: 'at most 448' },
    { what: "the decoder lacks PCC's rows", change: () => ({ decoderFolder: bench.source('larger-vocabulary'), compressor: { folder: bench.source('pcc-light-16x'), bridge: 0 } }), code: 'bundle-missing', says: 'special_token_patch.pt' },
    { what: 'a block is no power of two', change: () => ({ block: 48 }), code: 'bundle-unsupported', says: '48' },
  ])('when $what', async ({ change, code, says }) => {
    await expect(addModel(bench.params('llama', change()))).rejects.toMatchObject({ code, message: expect.stringContaining(says) as string });
    const written = bench.bundles().flatMap(name => readdirSync(bench.bundle(name)));
    expect(written).toEqual([]);
  });
});

test('a value that float16 can not hold is refused, and the next try with another type does not mind', async () => {
  const huge = bench.changed('llama-3.1', folder => {
    const file = path.join(folder, 'model.safetensors');
    const bytes = readFileSync(file);
    const start = 8 + Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.toString('utf8', 8, start)) as Record<string, { data_offsets: [number, number] }>;
    bytes.writeFloatLE(70_000, start + (header['model.layers.0.mlp.up_proj.weight']?.data_offsets[0] ?? 0));
    writeFileSync(file, bytes);
  });
  await expect(addModel(bench.params('llama-3.1', { decoderFolder: huge, decoderWeights: 'fp16', id: 'huge' }))).rejects.toMatchObject({ code: 'bundle-unsupported', message: expect.stringContaining('mlp.up') as string });
  expect(await addModel(bench.params('llama-3.1', { decoderFolder: huge, decoderWeights: 'fp32', id: 'huge' }))).toMatchObject({ existed: false });
});
