import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { buildBundle } from '../../../../src/builder/buildBundle';
import type { Sampling } from '../../../../src/common/context';
import type { EngineOptions } from '../../../../src/common/engineProtocol';
import type { Workspace, WorkspaceRoot } from '../../../../src/common/workspace';
import { openEngine } from '../../../../src/engine/service/openEngine';
import type { Engine } from '../../../../src/engine/service/engine';
import { writeFiles } from '../workspace/tempFolder';

/** The checkpoint of the goldens: random weights, 512 positions, a real tokenizer. */
export const tinyCheckpoint = path.resolve(import.meta.dirname, '../../../parity/goldens/bundle-tiny');

/** Hot and against repetition: random weights with a tied head repeat the last token otherwise. */
export const sampling: Sampling = { temperature: 2, topP: 1, repetitionPenalty: 2, maxTokens: 40, seed: 3, stop: [] };

/** A folder for one test file with a bundle of random weights in it; engines that are opened through it are disposed. */
export class EngineBench {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'shorthand-service-')));
  readonly #engines: Engine[] = [];
  #stores = 0;

  constructor() {
    beforeAll(async () => {
      await buildBundle({
        checkpointFolder: tinyCheckpoint,
        outputFolder: this.bundleFolder,
        quantisation: { encoder: { kind: 'fp32' }, decoder: { kind: 'fp32' } },
        licence: 'Apache-2.0',
      });
    });
    afterAll(() => {
      this.#engines.forEach(engine => engine.dispose());
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  get bundleFolder(): string {
    return path.join(this.folder, 'bundle');
  }

  /** Options with a slot store of their own. */
  options(): EngineOptions {
    return { bundleFolder: this.bundleFolder, storeFile: path.join(this.folder, `slots-${this.#stores++}.db`), storeBudgetBytes: 2 ** 28, threads: 1, provider: 'cpu', positions: 0 };
  }

  async open(options: EngineOptions = this.options()): Promise<Engine> {
    const engine = await openEngine(options);
    this.#engines.push(engine);
    return engine;
  }

  /** A workspace folder with these files. */
  workspace(name: string, files: Readonly<Record<string, string | Uint8Array>>): WorkspaceRoot {
    const folder = path.join(this.folder, name);
    writeFiles(folder, files);
    return { path: folder, name, excludes: [], excluded: [] };
  }
}

/** A workspace of one folder, without editors. */
export function workspaceOf(root: WorkspaceRoot, change: Partial<Workspace> = {}): Workspace {
  return { roots: [root], openFiles: [], rules: [], ratio: 8, ...change };
}

/** Source text of `functions` functions, each a few lines long, that differ by `name`. */
export function sourceOf(name: string, functions: number): string {
  return Array.from({ length: functions }, (_, i) => `/** ${name} number ${i}. */\nexport function ${name}${i}(value: number): number {\n  return value * ${i} + ${name.length};\n}\n\n`).join('');
}
