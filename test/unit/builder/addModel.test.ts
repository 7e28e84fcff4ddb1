import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { addModel, type AddModelOptions } from '../../../src/builder/addModel/addModel';
import { discardPartials } from '../../../src/builder/addModel/partialFolders';
import type { AddModelParams, AddModelProgress } from '../../../src/common/builderProtocol';
import { manifestFileName, type BundleManifest } from '../../../src/common/bundle';
import { ShorthandError } from '../../../src/common/errors';
import { publishedConfig } from '../../../src/builder/checkpoint/arc/publishedConfig';
import { openBundle } from '../../../src/engine/bundle/openBundle';
import { pccPatch, publishArc, publishDecoder, publishLlama, publishPcc } from './published';

const sources = mkdtempSync(path.join(tmpdir(), 'shorthand-sources-'));
const source = (name: string): string => path.join(sources, name);
let modelsRoot: string;

beforeAll(() => {
  (['llama', 'llama-3.1', 'qwen2'] as const).forEach(name => publishDecoder(source(name), name));
  publishLlama(source('pcc-decoder'), 48, 400, ['<mem>', '<ae>', '</mem>']);
  publishArc(source('arc'), 'release');
  publishArc(source('arc-multi'), 'release-multi');
  publishPcc(source('pcc-light-16x'), 'light/checkpoint');
  publishPcc(source('pcc-large'), 'large/checkpoint');
  publishPcc(source('pcc-base'), 'large/base');
});

beforeEach(() => {
  modelsRoot = mkdtempSync(path.join(tmpdir(), 'shorthand-models-'));
  onTestFinished(() => rmSync(modelsRoot, { recursive: true, force: true }));
});

function params(decoder: string, change: Partial<AddModelParams> = {}): AddModelParams {
  return { modelsRoot, decoderFolder: source(decoder), decoderWeights: 'int8', encoderWeights: 'fp32', block: 32, ...change };
}

const withArc = (change: Partial<AddModelParams> = {}): AddModelParams => params('llama-3.1', { compressor: { folder: source('arc'), bridge: 0 }, ...change });

/** Copies a source so that a test may damage it. */
function damaged(name: string, damage: (folder: string) => void): string {
  const folder = mkdtempSync(path.join(tmpdir(), `shorthand-${name}-`));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(source(name), folder, { recursive: true });
  damage(folder);
  return folder;
}

function contents(folder: string): Record<string, Buffer> {
  return Object.fromEntries(readdirSync(folder).sort().map(name => [name, readFileSync(path.join(folder, name))]));
}

const manifestOf = (folder: string): BundleManifest => JSON.parse(readFileSync(path.join(folder, manifestFileName), 'utf8')) as BundleManifest;
const bundles = (): string[] => (existsSync(path.join(modelsRoot, 'bundles')) ? readdirSync(path.join(modelsRoot, 'bundles')) : []);

describe('a bundle', () => {
  test('of a decoder alone opens in the engine, and says what it is made of', async () => {
    const added = await addModel(params('llama', { licence: 'llama2' }));
    expect(added).toMatchObject({ id: 'llama-int8', licence: 'llama2', compressor: 'none', existed: false });
    const { manifest } = await openBundle(added.folder);
    expect(manifest).toMatchObject({ format: 2, decoder: { id: 'llama', architecture: 'llama', positions: 2048, quantisation: { kind: 'int8', block: 32 }, tokenizer: { kind: 'sentencepiece-bpe' }, prompt: { kind: 'chat', template: 'chat-template.jinja', endTokens: ['</s>'] } } });
    expect(manifest.compressor).toBeUndefined();
    expect(added.bytes).toBe(manifest.files.reduce((sum, file) => sum + file.bytes, 0));
    expect(bundles()).toEqual(['llama-int8']);
  });

  test.each(['fp32', 'fp16', 'int8', 'int4'] as const)('stores weights as %s, in exactly the bytes that were reckoned', async weights => {
    const seen: AddModelProgress[] = [];
    const added = await addModel(withArc({ decoderWeights: weights, encoderWeights: weights }), { onProgress: progress => seen.push(progress) });
    expect(manifestOf(added.folder)).toMatchObject({ decoder: { quantisation: { kind: weights } }, compressor: { encoder: { quantisation: { kind: weights } } } });
    expect([...new Set(seen.map(({ step }) => step))]).toEqual(['check', 'encoder', 'projector', 'decoder', 'embeddings', 'finish']);
    expect(seen.every(({ done }, i) => done >= (seen[i - 1]?.done ?? 0))).toBe(true);
    expect(seen.at(-1)).toEqual({ step: 'finish', done: added.bytes, total: added.bytes });
    const files = readdirSync(added.folder).filter(name => name !== manifestFileName);
    expect(files.reduce((sum, name) => sum + statSync(path.join(added.folder, name)).size, 0)).toBe(added.bytes);
  });

  test('of ARC has the bridge that was chosen, and one tokenizer where both read the same', async () => {
    const compressor = { folder: source('arc-multi'), bridge: 0, window: 128 };
    const first = await addModel(params('llama-3.1', { compressor, id: 'first' }));
    const second = await addModel(params('llama-3.1', { compressor: { ...compressor, bridge: 1, ratio: 4 }, id: 'second' }));
    expect(manifestOf(first.folder).compressor).toMatchObject({ tokenizer: { file: 'tokenizer.json' }, encoder: { kind: 'arc', window: 128, ratios: [8] }, projectors: [{ decoder: 'llama-3.1', inWidth: 48, outWidth: 48, frame: { kind: 'arc' } }] });
    expect(manifestOf(second.folder).compressor?.encoder.ratios).toEqual([4]);
    for (const name of ['projector.onnx.data', 'specials.f32']) {
      expect(readFileSync(path.join(first.folder, name))).not.toEqual(readFileSync(path.join(second.folder, name)));
    }
    expect((await openBundle(first.folder)).encoderId).toBe((await openBundle(second.folder)).encoderId);
  });

  test.each([
    { kind: 'light', compressor: () => ({ folder: source('pcc-light-16x'), bridge: 0 }), ratio: 16 },
    { kind: 'large', compressor: () => ({ folder: source('pcc-large'), baseFolder: source('pcc-base'), bridge: 0 }), ratio: 4 },
  ])('of PCC $kind has a tokenizer of its own and the three rows of the decoder', async ({ compressor, ratio }) => {
    const added = await addModel(params('pcc-decoder', { compressor: compressor() }));
    const { manifest } = await openBundle(added.folder);
    expect(manifest.compressor).toMatchObject({ tokenizer: { file: 'compressor-tokenizer.json' }, encoder: { kind: 'pcc', vocabulary: 384, maxMemoryTokens: 64, window: 256, ratios: [ratio] }, projectors: [{ frame: { kind: 'pcc' } }] });
    expect(statSync(path.join(added.folder, 'specials.f32')).size).toBe(3 * 48 * 4);
  });

  test('takes its name and licence from what the folders say', async () => {
    const licensed = damaged('llama', folder => writeFileSync(path.join(folder, 'README.md'), '---\nlicense: other\nlicense_name: "some terms"\n---\n# Model\n'));
    const record = { id: 'some-owner/Some_Encoder.8x', revision: '0'.repeat(40), licence: 'cc-by-4.0', files: [] };
    const compressor = damaged('arc', folder => writeFileSync(path.join(folder, 'complete.json'), JSON.stringify(record)));
    expect(await addModel(params('llama', { decoderFolder: licensed, id: 'named' }))).toMatchObject({ id: 'named', licence: 'some terms' });
    expect(await addModel(params('llama-3.1', { decoderWeights: 'int4', compressor: { folder: compressor, bridge: 0 } }))).toMatchObject({ id: 'llama-3.1-some-encoder.8x-int4', licence: 'cc-by-4.0' });
    await expect(addModel(params('llama', { id: '../elsewhere' }))).rejects.toMatchObject({ code: 'bundle-unsupported' });
  });
});

/** Stops a build in a step, once something of it is written. */
function cancelAt(step: AddModelProgress['step'], options: AddModelOptions = {}): AddModelOptions {
  const controller = new AbortController();
  let entered: number | undefined;
  return {
    ...options,
    signal: controller.signal,
    onProgress: progress => {
      if (progress.step === step) {
        entered ??= progress.done;
        if (progress.done > entered) {
          controller.abort();
        }
      }
    },
  };
}

describe('an interrupted build', () => {
  test.each(['encoder', 'decoder', 'embeddings'] as const)('goes on in the middle of %s and ends with the same bytes', async step => {
    const whole = contents((await addModel(withArc({ id: 'model' }))).folder);
    rmSync(path.join(modelsRoot, 'bundles'), { recursive: true });

    const marks = { bytesBetweenMarks: 4096 };
    await expect(addModel(withArc({ id: 'model' }), cancelAt(step, marks))).rejects.toMatchObject({ code: 'cancelled' });
    expect(bundles()).toEqual(['model.PARTIAL']);
    const journal = JSON.parse(readFileSync(path.join(modelsRoot, 'bundles', 'model.PARTIAL', 'journal.json'), 'utf8')) as { complete: { path: string }[]; growing?: { bytes: number } };
    const finished = journal.complete.map(({ path: name }) => path.join(modelsRoot, 'bundles', 'model.PARTIAL', name));
    finished.forEach(file => utimesSync(file, 1, 1));

    const seen: AddModelProgress[] = [];
    let missing = 0;
    const requireSpace = (_: string, bytes: number) => Promise.resolve(void (missing = bytes));
    const { folder, bytes } = await addModel(withArc({ id: 'model' }), { ...marks, onProgress: progress => seen.push(progress), requireSpace });
    expect(contents(folder)).toEqual(whole);
    expect(missing).toBeLessThan(bytes);
    for (const file of finished) {
      expect(statSync(path.join(folder, path.basename(file))).mtimeMs, file).toBe(1000);
    }
  });

  test('starts anew when the source or an option is another, and nothing is written twice when none is', async () => {
    await expect(addModel(withArc({ id: 'model' }), cancelAt('decoder'))).rejects.toMatchObject({ code: 'cancelled' });
    const encoder = path.join(modelsRoot, 'bundles', 'model.PARTIAL', 'encoder.onnx.data');
    utimesSync(encoder, 1, 1);
    const first = await addModel(withArc({ id: 'model', decoderWeights: 'int4' }));
    expect(statSync(path.join(first.folder, 'encoder.onnx.data')).mtimeMs).not.toBe(1000);

    utimesSync(path.join(first.folder, 'encoder.onnx.data'), 1, 1);
    expect(await addModel(withArc({ id: 'model', decoderWeights: 'int4' }))).toEqual({ ...first, existed: true });
    expect(statSync(path.join(first.folder, 'encoder.onnx.data')).mtimeMs).toBe(1000);
    expect(await addModel(withArc({ id: 'model', decoderWeights: 'int8' }))).toMatchObject({ existed: false });
    expect(manifestOf(first.folder).decoder.quantisation.kind).toBe('int8');
    expect(bundles()).toEqual(['model']);
  });

  test('keeps the bundle that is there until it is complete, and can be thrown away', async () => {
    const before = contents((await addModel(params('llama', { id: 'model' }))).folder);
    await expect(addModel(withArc({ id: 'model' }), cancelAt('decoder'))).rejects.toMatchObject({ code: 'cancelled' });
    expect(contents(path.join(modelsRoot, 'bundles', 'model'))).toEqual(before);
    expect(await discardPartials(modelsRoot)).toBeGreaterThan(100_000);
    expect(bundles()).toEqual(['model']);
    expect(await discardPartials(path.join(modelsRoot, 'nowhere'))).toBe(0);
  });

  test('does not trust a finished file that was cut since', async () => {
    const whole = contents((await addModel(withArc({ id: 'model' }))).folder);
    rmSync(path.join(modelsRoot, 'bundles'), { recursive: true });
    await expect(addModel(withArc({ id: 'model' }), cancelAt('decoder'))).rejects.toMatchObject({ code: 'cancelled' });
    truncateSync(path.join(modelsRoot, 'bundles', 'model.PARTIAL', 'encoder.onnx.data'), 1000);
    expect(contents((await addModel(withArc({ id: 'model' }))).folder)).toEqual(whole);
  });
});

describe('nothing is written', () => {
  test('when the disk has no room, of which exactly the bundle\'s bytes are asked', async () => {
    const asked: number[] = [];
    const full = (_: string, bytes: number): Promise<never> => {
      asked.push(bytes);
      return Promise.reject(new ShorthandError('disk-full', 'No room.'));
    };
    await expect(addModel(withArc(), { requireSpace: full })).rejects.toMatchObject({ code: 'disk-full' });
    expect(readdirSync(path.join(modelsRoot, 'bundles', 'llama-3.1-arc-int8.PARTIAL'))).toEqual([]);
    expect(asked).toEqual([(await addModel(withArc())).bytes]);
  });

  const shard = 'model-00002-of-00004.safetensors';
  const cut = (folder: string, name: string): void => truncateSync(path.join(folder, name), statSync(path.join(folder, name)).size - 100);
  const withTokens = (folder: string, change: (text: string) => string): void => {
    const file = path.join(folder, 'tokenizer.json');
    writeFileSync(file, change(readFileSync(file, 'utf8')));
  };

  test.each([
    { what: 'a shard is missing', change: () => ({ decoderFolder: damaged('llama', folder => rmSync(path.join(folder, shard))) }), code: 'bundle-missing', says: shard },
    { what: 'a shard is cut off', change: () => ({ decoderFolder: damaged('llama', folder => cut(folder, shard)) }), code: 'bundle-corrupt', says: shard },
    { what: "a shard's header is damaged", change: () => ({ decoderFolder: damaged('llama', folder => writeFileSync(path.join(folder, shard), Buffer.alloc(5000, 0x20))) }), code: 'bundle-corrupt', says: shard },
    { what: 'the folder holds no model', change: () => ({ decoderFolder: modelsRoot }), code: 'bundle-missing', says: 'config.json' },
    { what: 'the architecture is unknown', change: () => ({ decoderFolder: damaged('llama', folder => writeFileSync(path.join(folder, 'config.json'), '{"model_type":"mamba"}')) }), code: 'bundle-unsupported', says: 'mamba' },
    { what: 'the decoder has no tokenizer', change: () => ({ decoderFolder: damaged('llama', folder => rmSync(path.join(folder, 'tokenizer.json'))) }), code: 'bundle-missing', says: 'tokenizer.json' },
    { what: 'the tokenizer has ids that the decoder has not', change: () => ({ decoderFolder: damaged('llama', folder => withTokens(folder, text => text.replace('"id": 2,', '"id": 384,'))) }), code: 'bundle-corrupt', says: 'another model' },
    { what: 'the compressor is for decoders of another width', change: () => ({ decoderFolder: source('qwen2'), compressor: { folder: source('arc'), bridge: 0 } }), code: 'bundle-unsupported', says: '48 wide; this one is 64 wide' },
    { what: 'the compressor is none', change: () => ({ compressor: { folder: modelsRoot, bridge: 0 } }), code: 'bundle-unsupported', says: 'no compressor' },
    { what: 'the compressor has no such bridge', change: () => ({ decoderFolder: source('llama-3.1'), compressor: { folder: source('arc-multi'), bridge: 2 } }), code: 'bundle-unsupported', says: '2 bridges' },
    { what: 'the compressor has other tokens than the decoder and no tokenizer', change: () => ({ decoderFolder: largerVocabulary(), compressor: { folder: source('arc'), bridge: 0 } }), code: 'bundle-missing', says: 'base model' },
    { what: 'an adapter comes without its base', change: () => ({ decoderFolder: source('pcc-decoder'), compressor: { folder: source('pcc-large'), bridge: 0 } }), code: 'bundle-missing', says: 'base model' },
    { what: "the decoder lacks PCC's rows", change: () => ({ decoderFolder: withoutMemoryTokens(), compressor: { folder: source('pcc-light-16x'), bridge: 0 } }), code: 'bundle-missing', says: 'special_token_patch.pt' },
    { what: 'a block is no power of two', change: () => ({ block: 48 }), code: 'bundle-unsupported', says: '48' },
  ])('when $what', async ({ change, code, says }) => {
    await expect(addModel(params('llama', change()))).rejects.toMatchObject({ code, message: expect.stringContaining(says) as string });
    const written = bundles().flatMap(name => readdirSync(path.join(modelsRoot, 'bundles', name)));
    expect(written).toEqual([]);
  });

  const largerVocabulary = (): string => {
    const folder = path.join(modelsRoot, 'larger');
    publishLlama(folder, 48, 400);
    return folder;
  };
  const withoutMemoryTokens = (): string => {
    const folder = path.join(modelsRoot, 'plain');
    publishLlama(folder, 48, 400);
    return folder;
  };
});

test('a value that float16 can not hold is refused, and the next try with another type does not mind', async () => {
  const huge = damaged('llama-3.1', folder => {
    const file = path.join(folder, 'model.safetensors');
    const bytes = readFileSync(file);
    const start = 8 + Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.toString('utf8', 8, start)) as Record<string, { data_offsets: [number, number] }>;
    bytes.writeFloatLE(70_000, start + (header['model.layers.0.mlp.up_proj.weight']?.data_offsets[0] ?? 0));
    writeFileSync(file, bytes);
  });
  await expect(addModel(params('llama-3.1', { decoderFolder: huge, decoderWeights: 'fp16', id: 'huge' }))).rejects.toMatchObject({ code: 'bundle-unsupported', message: expect.stringContaining('mlp.up') as string });
  expect(await addModel(params('llama-3.1', { decoderFolder: huge, decoderWeights: 'fp32', id: 'huge' }))).toMatchObject({ existed: false });
});

describe('what the hub has without a file that the code repository has', () => {
  test.each(['decoder', 'compressor'] as const)("PCC's patch of three rows is found in the %s's folder", async where => {
    const decoderFolder = path.join(modelsRoot, 'pcc-llama');
    publishLlama(decoderFolder, 48, 400);
    const compressor = damaged('pcc-light-16x', () => undefined);
    cpSync(pccPatch, path.join(where === 'decoder' ? decoderFolder : compressor, path.basename(pccPatch)));
    const { folder } = await addModel(params('llama', { decoderFolder, compressor: { folder: compressor, bridge: 0 } }));
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
  const long = damaged('llama', folder => {
    const config = JSON.parse(readFileSync(path.join(folder, 'config.json'), 'utf8')) as object;
    writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ ...config, max_position_embeddings: 131_072 }));
  });
  const [short, capped] = [await addModel(params('llama', { id: 'short' })), await addModel(params('llama', { decoderFolder: long, id: 'long' }))];
  expect(manifestOf(capped.folder).decoder.positions).toBe(32_768);
  expect(capped.bytes - short.bytes).toBeLessThan(2 * (32_768 - 2048) * 8 * 4 + 1000);
});
