import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { addModel } from '../../../src/builder/addModel/addModel';
import { publishedConfig } from '../../../src/builder/checkpoint/arc/publishedConfig';
import type { AddModelProgress } from '../../../src/common/builderProtocol';
import { manifestFileName } from '../../../src/common/bundle';
import { openBundle } from '../../../src/engine/bundle/openBundle';
import { AddBench, manifestOf } from './addBench';
import { pccPatch } from './published';

const bench = new AddBench();

describe('a bundle', () => {
  test('of a decoder alone opens in the engine, and says what it is made of', async () => {
    const added = await addModel(bench.params('llama', { licence: 'llama2' }));
    expect(added).toMatchObject({ id: 'llama-int8', licence: 'llama2', compressor: 'none', existed: false });
    const { manifest } = await openBundle(added.folder);
    expect(manifest).toMatchObject({ format: 2, decoder: { id: 'llama', architecture: 'llama', positions: 2048, quantisation: { kind: 'int8', block: 32 }, tokenizer: { kind: 'sentencepiece-bpe' }, prompt: { kind: 'chat', template: 'chat-template.jinja', endTokens: ['</s>'] } } });
    expect(manifest.compressor).toBeUndefined();
    expect(added.bytes).toBe(manifest.files.reduce((sum, file) => sum + file.bytes, 0));
    expect(bench.bundles()).toEqual(['llama-int8']);
  });

  test.each(['fp32', 'fp16', 'int8', 'int4'] as const)('stores weights as %s, in exactly the bytes that were reckoned', async weights => {
    const seen: AddModelProgress[] = [];
    const added = await addModel(bench.withArc({ decoderWeights: weights, encoderWeights: weights }), { onProgress: progress => seen.push(progress) });
    expect(manifestOf(added.folder)).toMatchObject({ decoder: { quantisation: { kind: weights } }, compressor: { encoder: { quantisation: { kind: weights } } } });
    expect([...new Set(seen.map(({ step }) => step))]).toEqual(['check', 'encoder', 'projector', 'decoder', 'embeddings', 'finish']);
    expect(seen.every(({ done }, i) => done >= (seen[i - 1]?.done ?? 0))).toBe(true);
    expect(seen.at(-1)).toEqual({ step: 'finish', done: added.bytes, total: added.bytes });
    const files = readdirSync(added.folder).filter(name => name !== manifestFileName);
    expect(files.reduce((sum, name) => sum + statSync(path.join(added.folder, name)).size, 0)).toBe(added.bytes);
  });

  test('of ARC has the bridge that was chosen, and one tokenizer where both read the same', async () => {
    const compressor = { folder: bench.source('arc-multi'), bridge: 0, window: 128 };
    const first = await addModel(bench.params('llama-3.1', { compressor, id: 'first' }));
    const second = await addModel(bench.params('llama-3.1', { compressor: { ...compressor, bridge: 1, ratio: 4 }, id: 'second' }));
    expect(manifestOf(first.folder).compressor).toMatchObject({ tokenizer: { file: 'tokenizer.json' }, encoder: { kind: 'arc', window: 128, ratios: [8] }, projectors: [{ decoder: 'llama-3.1', inWidth: 48, outWidth: 48, frame: { kind: 'arc', recall: 'slots-first' } }] });
    expect(manifestOf(second.folder).compressor?.encoder.ratios).toEqual([4]);
    for (const name of ['projector.onnx.data', 'specials.f32']) {
      expect(readFileSync(path.join(first.folder, name))).not.toEqual(readFileSync(path.join(second.folder, name)));
    }
    expect((await openBundle(first.folder)).encoderId).toBe((await openBundle(second.folder)).encoderId);
  });

  test.each([
    { kind: 'light', compressor: () => ({ folder: bench.source('pcc-light-16x'), bridge: 0 }), ratio: 16 },
    { kind: 'large', compressor: () => ({ folder: bench.source('pcc-large'), baseFolder: bench.source('pcc-base'), bridge: 0 }), ratio: 4 },
  ])('of PCC $kind has a tokenizer of its own and the three rows of the decoder', async ({ compressor, ratio }) => {
    const added = await addModel(bench.params('pcc-decoder', { compressor: compressor() }));
    const { manifest } = await openBundle(added.folder);
    expect(manifest.compressor).toMatchObject({ tokenizer: { file: 'compressor-tokenizer.json' }, encoder: { kind: 'pcc', vocabulary: 384, maxMemoryTokens: 64, window: 256, ratios: [ratio] }, projectors: [{ frame: { kind: 'pcc' } }] });
    expect(statSync(path.join(added.folder, 'specials.f32')).size).toBe(3 * 48 * 4);
  });

  test('of PCC may have a tokenizer that names the memory tokens', async () => {
    const memory = Array.from({ length: 64 }, (_, i) => ({ id: 384 + i, content: `<mem_${i}>`, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }));
    const folder = bench.changed('pcc-light-16x', copy => {
      const file = path.join(copy, 'tokenizer.json');
      const tokenizer = JSON.parse(readFileSync(file, 'utf8')) as { added_tokens: object[] };
      writeFileSync(file, JSON.stringify({ ...tokenizer, added_tokens: [...tokenizer.added_tokens, ...memory] }));
    });
    expect(await addModel(bench.params('pcc-decoder', { compressor: { folder, bridge: 0 } }))).toMatchObject({ compressor: 'pcc' });
  });

  test('takes its name and licence from what the folders say', async () => {
    const licensed = bench.changed('llama', folder => writeFileSync(path.join(folder, 'README.md'), '---\nlicense: other\nlicense_name: "some terms"\n---\n# Model\n'));
    const record = { id: 'some-owner/Some_Encoder.8x', revision: '0'.repeat(40), licence: 'cc-by-4.0', files: [] };
    const compressor = bench.changed('arc', folder => writeFileSync(path.join(folder, 'complete.json'), JSON.stringify(record)));
    expect(await addModel(bench.params('llama', { decoderFolder: licensed, id: 'named' }))).toMatchObject({ id: 'named', licence: 'some terms' });
    expect(await addModel(bench.params('llama-3.1', { decoderWeights: 'int4', compressor: { folder: compressor, bridge: 0 } }))).toMatchObject({ id: 'llama-3.1-some-encoder.8x-int4', licence: 'cc-by-4.0' });
    await expect(addModel(bench.params('llama', { id: '../elsewhere' }))).rejects.toMatchObject({ code: 'bundle-unsupported' });
  });
});

describe('what the hub has without a file that the code repository has', () => {
  test.each(['decoder', 'compressor'] as const)("PCC's patch of three rows is found in the %s's folder", async where => {
    const decoderFolder = bench.changed('larger-vocabulary');
    const compressor = bench.changed('pcc-light-16x');
    cpSync(pccPatch, path.join(where === 'decoder' ? decoderFolder : compressor, path.basename(pccPatch)));
    const { folder } = await addModel(bench.params('llama', { decoderFolder, compressor: { folder: compressor, bridge: 0 } }));
    const rows = new Float32Array(Uint8Array.from(readFileSync(path.join(folder, 'specials.f32'))).buffer);
    expect(rows).toHaveLength(3 * 48);
    // As torch printed what it had written, in bfloat16.
    expect([...rows.slice(0, 3), ...rows.slice(-2)].map(value => value.toFixed(4))).toEqual(['-0.6484', '0.0962', '1.7344', '-0.4102', '0.4219']);
  });

  test('an ARC-Encoder that is a published one needs no YAML', () => {
    const shapes = new Map<string, readonly number[]>([['embedder.tok_embeddings.weight', [128_256, 3072]]]);
    Array.from({ length: 26 }, (_, layer) => shapes.set(`embedder.layers.${layer}.attention.wq.weight`, [3072, 3072]));
    [0, 1].forEach(bridge => shapes.set(`bridge_module.${bridge}.layer1.weight`, [2048, 3072]).set(`bridge_module.${bridge}.layer2.weight`, [4096, 2048]));
    const config = publishedConfig({ folder: '/models/kyutai--ARC8_Encoder_multi@8ecec22401db', shapes: () => shapes });
    expect(config).toMatchObject({
      embedder: { n_truncated_layers: 2, compress_rates: [-8] },
      bridge: { bridge_type: 'multi_module', in_dim: 3072, hidden_dim: 2048, out_dim: 4096 },
      model: { n_layers: 28, n_heads: 24, n_kv_heads: 8, rope_theta: 500_000 },
    });
    expect(publishedConfig({ folder: '/models/ARC4_Encoder_Llama', shapes: () => shapes }).embedder.compress_rates).toEqual([-4]);
    const others = new Map([...shapes, ['embedder.tok_embeddings.weight', [320, 48]] as const]);
    expect(() => publishedConfig({ folder: '/models/other', shapes: () => others })).toThrow(/YAML/);
  });
});

test("the position tables of 131072 positions end where a processor's patience does", async () => {
  const long = bench.changed('llama', folder => {
    const config = JSON.parse(readFileSync(path.join(folder, 'config.json'), 'utf8')) as object;
    writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ ...config, max_position_embeddings: 131_072 }));
  });
  const [short, capped] = [await addModel(bench.params('llama', { id: 'short' })), await addModel(bench.params('llama', { decoderFolder: long, id: 'long' }))];
  expect(manifestOf(capped.folder).decoder.positions).toBe(32_768);
  expect(capped.bytes - short.bytes).toBeLessThan(2 * (32_768 - 2048) * 8 * 4 + 1000);
});
