import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { BundleManifest } from '../../../src/common/bundle';
import { bundleId, catalogueSources, namedSources, repositoriesOf, weightsFor } from '../../../src/host/models/modelSources';
import { modelItems, type ModelList } from '../../../src/host/models/modelItems';
import { parseCatalogue } from '../../../src/models/catalogue/catalogue';
import type { InstalledBundle } from '../../../src/models/store/bundles';

vi.mock('vscode', () => import('./vscodeStub'));

const repository = path.resolve(import.meta.dirname, '../../..');
const { models } = parseCatalogue(readFileSync(path.join(repository, 'models/catalogue.json'), 'utf8'));
const manifest = JSON.parse(readFileSync(path.join(repository, 'models/shorthand-nano/bundle.json'), 'utf8')) as BundleManifest;
const shipped: InstalledBundle = { folder: '/shipped', manifest, bytes: 32_000_000 };
const installed: InstalledBundle = { folder: '/models/bundles/qwen3-4b', manifest: { ...manifest, compressor: undefined, id: 'qwen3-4b', licence: 'apache-2.0' }, bytes: 3_000_000_000 };

function list(changes: Partial<ModelList> = {}): ReturnType<typeof modelItems> {
  return modelItems({ shipped, installed: [], catalogue: models, memoryBytes: 16e9, engine: { kind: 'stopped' }, isActive: bundle => bundle === shipped, ...changes });
}

describe('the list of models', () => {
  it('has the headings in order, what is here first', () => {
    const headings = list({ installed: [installed] }).flatMap(({ action, label }) => (action === undefined ? [label] : []));
    expect(headings).toEqual(['On this machine', 'Recommended for 16 GB of memory', 'More', 'Other models']);
  });

  it('says of an installed model whether it answers, what it takes, and how it reads files', () => {
    const [own, other] = list({ installed: [installed] }).filter(({ action }) => action?.kind === 'use');
    expect(own).toMatchObject({ label: '$(check) shorthand-nano', description: 'in use \u00b7 32 MB', detail: expect.stringMatching(/Apache-2\.0 \u00b7 4,096 positions \u00b7 ARC compressor, up to 16x/) as string });
    expect(other).toMatchObject({ label: '$(package) qwen3-4b', description: '3 GB', detail: expect.stringContaining('no compressor: files are read as raw text') as string });
  });

  it('offers every model of the catalogue once, and none that is here', () => {
    const offered = list({ installed: [installed] }).flatMap(({ action }) => (action?.kind === 'add' ? [action.model.id] : []));
    expect(offered.sort()).toEqual(models.map(({ id }) => id).filter(id => id !== 'qwen3-4b').sort());
  });

  it('says what a model costs: licence, access, memory, and what it was taught', () => {
    const items = list();
    const find = (name: string) => items.find(({ label }) => label.includes(name)) ?? expect.fail(name);
    expect(find('Qwen2.5-Coder 3B')).toMatchObject({ description: expect.stringMatching(/^3\.09B parameters \u00b7 3(\.\d)? GB of memory$/) as string, detail: 'qwen-research \u00b7 no compressor: files are read as raw text' });
    expect(find('Llama 3.1 8B with ARC-Encoder 8x')).toMatchObject({
      description: expect.stringContaining('more than this machine has to spare') as string,
      detail: 'llama3.1, cc-by-4.0, llama3.2 \u00b7 access on request \u00b7 ARC compressor, up to 8x \u00b7 completes text, not taught to answer',
    });
  });

  it('offers to remove a model when there is one that can be', () => {
    expect(list().some(({ action }) => action?.kind === 'remove')).toBe(false);
    expect(list({ installed: [installed] }).some(({ action }) => action?.kind === 'remove')).toBe(true);
  });
});

describe('what a model is made from', () => {
  it('is a repository and a name for the bundle', () => {
    expect(namedSources('Some-Owner/Model_1.5B')).toMatchObject({ id: 'some-owner-model-1.5b', decoder: { repository: 'Some-Owner/Model_1.5B' } });
    expect(bundleId('..//')).toBe('model');
    expect(bundleId('-A b-')).toBe('a-b');
  });

  it('is decoder, compressor and the base of that', () => {
    const pair = models.find(({ id }) => id === 'mistral-7b-arc8') ?? expect.fail('no pair');
    expect(repositoriesOf(catalogueSources(pair)).map(checkpoint => checkpoint.repository)).toEqual(['mistralai/Mistral-7B-v0.3', 'kyutai/ARC8_Encoder_Mistral', 'meta-llama/Llama-3.2-3B']);
    expect(repositoriesOf(namedSources('a/b'))).toHaveLength(1);
  });

  it('keeps eight bits of small models and four of large ones, unless the catalogue says it', () => {
    expect(weightsFor(1e9)).toMatchObject({ decoderWeights: 'int8', encoderWeights: 'int8' });
    expect(weightsFor(16e9)).toMatchObject({ decoderWeights: 'int4' });
    expect(weightsFor(16e9, 'int8')).toMatchObject({ decoderWeights: 'int8' });
  });
});
