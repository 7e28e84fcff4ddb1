import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { checkpointsOf, parseCatalogue, type Catalogue } from '../../../src/models/catalogue/catalogue';
import { checkpointModel } from '../../../src/models/catalogue/checkpointModel';
import { memoryNeeded, parametersOf } from '../../../src/models/catalogue/modelMemory';
import { pinCatalogue } from '../../../src/models/catalogue/pinCatalogue';
import { recommend } from '../../../src/models/catalogue/recommend';
import { ModelServer, type Repository } from './modelServer';

const repository = path.resolve(import.meta.dirname, '../../..');
const file = path.join(repository, 'models/catalogue.json');
const catalogue = parseCatalogue(readFileSync(file, 'utf8'));
const billion = 1e9;

function entry(id: string) {
  return catalogue.models.find(model => model.id === id) ?? expect.fail(`no ${id}`);
}

describe('the catalogue', () => {
  it('has the shipped bundle as it is', () => {
    const { id, version, licence, files } = JSON.parse(readFileSync(path.join(repository, 'models/shorthand-nano/bundle.json'), 'utf8')) as Catalogue['shipped'];
    expect(catalogue.shipped).toEqual({ id, version, licence, files });
  });

  it('says nothing of an unpinned repository that only the hub can know, and of a pinned one all', () => {
    for (const { pin, repository: id } of catalogue.models.flatMap(checkpointsOf)) {
      expect(pin === undefined || pin.files.every(({ bytes, hash }) => bytes > 0 && hash.value.length >= 40), id).toBe(true);
    }
  });

  // What the models' own cards and papers give.
  it.each([
    { id: 'smollm2-360m', parameters: 0.36 },
    { id: 'qwen2.5-coder-0.5b', parameters: 0.49 },
    { id: 'qwen3-0.6b', parameters: 0.6 },
    { id: 'llama-3.2-1b', parameters: 1.24 },
    { id: 'olmo-2-1b', parameters: 1.48 },
    { id: 'qwen2.5-coder-1.5b', parameters: 1.54 },
    { id: 'qwen3-1.7b', parameters: 1.72 },
    { id: 'smollm2-1.7b', parameters: 1.71 },
    { id: 'qwen2.5-coder-3b', parameters: 3.09 },
    { id: 'llama-3.2-3b', parameters: 3.21 },
    { id: 'phi-3.5-mini', parameters: 3.82 },
    { id: 'qwen3-4b', parameters: 4.02 },
    { id: 'mistral-7b-arc8', parameters: 7.25 },
    { id: 'llama-3.1-8b-arc8', parameters: 8.03 },
  ])('has the shape of $id: $parameters billion parameters', ({ id, parameters }) => {
    expect(Math.abs(parametersOf(entry(id).decoder.shape) / billion - parameters)).toBeLessThan(0.01);
  });

  it('computes the memory from the shape: weights, embeddings, cache, and a share for the run', () => {
    const model = entry('llama-3.1-8b-arc8');
    // 7.5 billion weights of 0.625 bytes, 128256 x 4096 of 2, and 2 x 32 x 1024 x 8192 of 4.
    const decoder = 7.505 * 0.625 + 1.051 + 2.147;
    // 2.62 billion weights of 1.125 bytes, 128256 x 3072 of 2.
    const encoder = 2.617 * 1.125 + 0.788;
    expect(memoryNeeded(model) / billion).toBeCloseTo((decoder + encoder) * 1.1 + 0.2, 1);
    expect(memoryNeeded({ ...model, weights: 'int8' })).toBeGreaterThan(memoryNeeded(model) + 3 * billion);
    expect(memoryNeeded({ decoder: model.decoder, weights: 'int4' })).toBeLessThan(memoryNeeded(model) - 3 * billion);
  });

  it('is refused with the place of what is wrong with it', () => {
    const [first] = catalogue.models;
    expect(() => parseCatalogue(JSON.stringify({ ...catalogue, models: [first, first] }))).toThrow('an id of its own');
    expect(() => parseCatalogue(JSON.stringify({ ...catalogue, format: 2 }))).toThrow('format');
    expect(() => parseCatalogue('{')).toThrow(/not accepted/);
  });
});

describe('a recommendation', () => {
  it('fits the machine: the largest chat models, and a base model with a compressor', () => {
    const at = (gigabytes: number): readonly string[] => recommend(catalogue.models, gigabytes * billion).recommended.map(({ model }) => model.id);
    expect(at(4)).toContain('qwen2.5-coder-0.5b');
    expect(at(4)).not.toContain('qwen3-4b');
    expect(at(16)[0]).toBe('qwen3-4b');
    expect(at(64).at(-1)).toBe('llama-3.1-8b-arc8');
    expect(at(1)).toEqual([]);
  });

  it('names every other model, smallest first', () => {
    const { recommended, others } = recommend(catalogue.models, 16 * billion);
    expect(recommended.length + others.length).toBe(catalogue.models.length);
    expect(others.map(({ memoryBytes }) => memoryBytes)).toEqual(others.map(({ memoryBytes }) => memoryBytes).sort((a, b) => a - b));
    expect(others.at(-1)).toMatchObject({ fits: false });
  });
});

describe('pins', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'shorthand-catalogue-'));
  const servers: ModelServer[] = [];
  afterEach(() => {
    servers.splice(0).forEach(server => server.close());
    rmSync(folder, { recursive: true, force: true });
  });

  async function serve(): Promise<ModelServer> {
    const model: Repository = { licence: 'mit', files: [{ path: 'config.json', content: Buffer.from('{}') }, { path: 'tokenizer.json', content: Buffer.from('{}') }, { path: 'model.safetensors', content: Buffer.alloc(1000, 3), large: true }] };
    const server = await ModelServer.open({ 'Qwen/Qwen3-0.6B': model, 'meta-llama/Llama-3.2-3B': { ...model, token: 'hf_x' } });
    servers.push(server);
    return server;
  }

  it('are looked up on the hub, and of a tokenizer alone without the weights', async () => {
    const server = await serve();
    const { catalogue: pinned, failures } = await pinCatalogue(catalogue, { endpoint: server.url });
    const decoder = pinned.models.find(model => model.id === 'qwen3-0.6b')?.decoder;
    expect(decoder).toMatchObject({ licence: 'mit', gated: false, pin: { revision: 'a'.repeat(40), files: [{ path: 'config.json' }, { path: 'tokenizer.json' }, { path: 'model.safetensors', bytes: 1000, hash: { kind: 'sha256' } }] } });
    const base = pinned.models.find(model => model.id === 'mistral-7b-arc8')?.compressor?.base;
    expect(base).toMatchObject({ gated: true, pin: { files: [{ path: 'config.json' }, { path: 'tokenizer.json' }] } });
    expect(failures.map(failure => failure.repository)).toContain('Qwen/Qwen3-4B');
    expect(new Set(server.requests).size).toBe(server.requests.length);
    expect(parseCatalogue(JSON.stringify(pinned))).toEqual(pinned);
  });

  it('need no question to the hub when a model is downloaded; the newest commit does', async () => {
    const server = await serve();
    const { catalogue: pinned } = await pinCatalogue(catalogue, { endpoint: server.url });
    const [before, after] = [catalogue, pinned].map(({ models }) => models.find(model => model.id === 'qwen3-0.6b')?.decoder ?? expect.fail('no decoder'));
    const asked = server.requests.length;
    const fromPin = await checkpointModel(after!, { endpoint: server.url });
    expect(server.requests).toHaveLength(asked);
    expect(await checkpointModel(before!, { endpoint: server.url })).toEqual(fromPin);
    expect(fromPin.files[2]?.url).toBe(`${server.url}/Qwen/Qwen3-0.6B/resolve/${'a'.repeat(40)}/model.safetensors`);
  });

  it('are written by a command, which names what it could not look up', async () => {
    const server = await serve();
    const copy = path.join(mkdtempSync(`${folder}-`), 'catalogue.json');
    writeFileSync(copy, JSON.stringify({ ...catalogue, shipped: { ...catalogue.shipped, version: '0.0.0' } }));
    const run = promisify(execFile)(process.execPath, [path.join(repository, 'scripts/catalogue.mjs'), '--file', copy], { env: { ...process.env, HF_ENDPOINT: server.url } });
    await expect(run).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/Qwen\/Qwen3-4B: .*is not there/) as string });
    const written = parseCatalogue(readFileSync(copy, 'utf8'));
    expect(written.shipped).toEqual(catalogue.shipped);
    expect(written.models.find(model => model.id === 'qwen3-0.6b')?.decoder.pin?.revision).toBe('a'.repeat(40));
    rmSync(path.dirname(copy), { recursive: true });
  });
});
