import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildScripts } from '../engine/service/engineBuild';
import { ModelServer } from '../models/modelServer';

const folder = mkdtempSync(path.join(tmpdir(), 'shorthand-cli-models-'));
let script: string;

beforeAll(async () => {
  script = path.join(await buildScripts('cli-models'), 'cli.js');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function shorthand(...args: string[]): Promise<{ readonly code: number; readonly output: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, ...args]);
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

it('fetches a checkpoint once its licence is accepted, lists it, takes it elsewhere and removes it', async () => {
  const server = await ModelServer.start([
    { path: 'config.json', content: Buffer.from('{}') },
    { path: 'model.safetensors', content: Buffer.alloc(3_000_000, 1), large: true },
  ]);
  const models = path.join(folder, 'models');
  const fetching = ['models', 'fetch', 'some/model', '--models', models, '--endpoint', server.url];
  const asked = await shorthand(...fetching);
  expect(asked).toMatchObject({ code: 2, output: expect.stringMatching(/apache-2\.0.*--accept-licence/s) as string });
  expect(readdirSync(folder)).not.toContain('models');
  expect(await shorthand(...fetching, '--accept-licence')).toMatchObject({ code: 0, output: expect.stringContaining('4 MB') as string });
  const listed = await shorthand('models', 'list', '--models', models, '--json');
  const { checkpoints: [model] } = JSON.parse(listed.output) as { checkpoints: { folder: string }[] };
  const elsewhere = path.join(folder, 'elsewhere');
  expect(await shorthand('models', 'import', model?.folder ?? '', '--models', elsewhere)).toMatchObject({ code: 0 });
  expect(await shorthand('models', 'remove', 'some/model', '--models', models)).toMatchObject({ code: 0, output: expect.stringContaining('freed') as string });
  expect((await shorthand('models', 'list', '--models', models)).output).toContain('There is no model');
  expect((await shorthand('models', 'list', '--models', elsewhere)).output).toContain('some/model');
});

it('says what is wrong with a model or a request', async () => {
  const server = await ModelServer.start([]);
  expect(await shorthand('models', 'fetch', 'some/other', '--endpoint', server.url)).toMatchObject({ code: 3, output: expect.stringContaining('is not there') as string });
  expect(await shorthand('models', 'remove', 'some/model', '--models', folder)).toMatchObject({ code: 3 });
  expect(await shorthand('models')).toMatchObject({ code: 2 });
  expect(await shorthand('models', 'burn', 'it')).toMatchObject({ code: 2 });
});
