import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, onTestFinished } from 'vitest';
import { manifestFileName, type BundleManifest } from '../../../src/common/bundle';
import type { AddModelParams } from '../../../src/common/builderProtocol';
import { publishArc, publishDecoder, publishLlama, publishPcc } from './published';

/** Published checkpoints for a test file, and a folder of models that is new for each test. */
export class AddBench {
  readonly #sources = mkdtempSync(path.join(tmpdir(), 'shorthand-sources-'));
  #modelsRoot = '';

  constructor() {
    (['llama', 'llama-3.1', 'qwen2'] as const).forEach(name => publishDecoder(this.source(name), name));
    publishLlama(this.source('pcc-decoder'), 48, 400, ['<mem>', '<ae>', '</mem>']);
    publishLlama(this.source('larger-vocabulary'), 48, 400);
    publishArc(this.source('arc'), 'release');
    publishArc(this.source('arc-multi'), 'release-multi');
    publishPcc(this.source('pcc-light-16x'), 'light/checkpoint');
    publishPcc(this.source('pcc-large'), 'large/checkpoint');
    publishPcc(this.source('pcc-base'), 'large/base');
    beforeEach(() => {
      this.#modelsRoot = mkdtempSync(path.join(tmpdir(), 'shorthand-models-'));
    });
    afterEach(() => rmSync(this.#modelsRoot, { recursive: true, force: true }));
    afterAll(() => rmSync(this.#sources, { recursive: true, force: true }));
  }

  get modelsRoot(): string {
    return this.#modelsRoot;
  }

  source(name: string): string {
    return path.join(this.#sources, name);
  }

  params(decoder: string, change: Partial<AddModelParams> = {}): AddModelParams {
    return { modelsRoot: this.modelsRoot, decoderFolder: this.source(decoder), decoderWeights: 'int8', encoderWeights: 'fp32', block: 32, ...change };
  }

  /** Llama 3.1 with its ARC-Encoder. */
  withArc(change: Partial<AddModelParams> = {}): AddModelParams {
    return this.params('llama-3.1', { compressor: { folder: this.source('arc'), bridge: 0 }, ...change });
  }

  /** Copies a source for one test, which may damage it. */
  changed(name: string, change: (folder: string) => void = () => undefined): string {
    const folder = mkdtempSync(path.join(tmpdir(), `shorthand-${name}-`));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    cpSync(this.source(name), folder, { recursive: true });
    change(folder);
    return folder;
  }

  /** The folders below `bundles`, finished or not. */
  bundles(): string[] {
    return existsSync(this.bundle('')) ? readdirSync(this.bundle('')).sort() : [];
  }

  bundle(name: string): string {
    return path.join(this.modelsRoot, 'bundles', name);
  }
}

/** Every file of a flat folder. */
export function contents(folder: string): Record<string, Buffer> {
  return Object.fromEntries(readdirSync(folder).sort().map(name => [name, readFileSync(path.join(folder, name))]));
}

export function manifestOf(folder: string): BundleManifest {
  return JSON.parse(readFileSync(path.join(folder, manifestFileName), 'utf8')) as BundleManifest;
}
