import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AddModelResult } from '../../../src/common/builderProtocol';
import { publishArc, publishDecoder, publishLlama, publishPcc } from '../builder/published';
import { buildScripts } from '../engine/service/engineBuild';
import { ModelServer } from '../models/modelServer';
import { cliResult, runCli } from './runCli';

const folder = mkdtempSync(path.join(tmpdir(), 'shorthand-cli-add-'));
const models = path.join(folder, 'models');
const workspace = path.join(folder, 'workspace');
const place = (name: string): string => path.join(folder, name);
let script: string;

beforeAll(async () => {
  script = path.join(await buildScripts('cli-add'), 'cli.js');
  mkdirSync(workspace);
  writeFileSync(path.join(workspace, 'file.ts'), 'export const value = 1;\n');
  (['llama', 'llama-3.1', 'qwen2', 'smollm'] as const).forEach(name => publishDecoder(place(name), name));
  publishLlama(place('pcc-decoder'), 48, 400);
  publishArc(place('arc-release'), 'release');
  publishPcc(place('pcc-large'), 'large/checkpoint');
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shorthand = (...args: string[]) => runCli(script, [...args, '--models', models]);
const result = <T>(...args: string[]) => cliResult<T>(script, [...args, '--models', models]);

// Each test starts several processes, which takes a busy machine minutes.
describe('the models of a folder', { timeout: 240_000 }, () => {
  it('are listed, found by id and removed', async () => {
    const { bytes } = await result<AddModelResult>('models', 'add', place('llama'), '--name', 'mine', '--decoder', 'int8', '--licence', 'llama2');
    expect((await shorthand('models', 'list')).stdout).toMatch(/^mine +1 MB +llama2 /m);
    expect((await shorthand('models', 'add', place('llama'), '--name', 'mine', '--decoder', 'int8', '--licence', 'llama2')).stdout).toMatch(/mine was already in .*\n.*no compressor.*\nAsk it: shorthand ask --model mine/);
    expect(await result('models', 'remove', 'mine')).toEqual({ id: 'mine', bytes });
    expect(readdirSync(path.join(models, 'bundles'))).not.toContain('mine');
    expect(await shorthand('ask', 'What?', '--model', 'mine', '--folder', workspace)).toMatchObject({ code: 3, stderr: expect.stringContaining('mine') as string });
  });

  it('come from a hub, once the licences of both are accepted', async () => {
    const files = (name: string) => readdirSync(place(name)).map(file => ({ path: file, content: readFileSync(path.join(place(name), file)), large: file.endsWith('.safetensors') }));
    const server = await ModelServer.open({ 'some/decoder': { files: files('llama-3.1'), licence: 'llama3.1' }, 'other/ARC8_Encoder': { files: files('arc-release'), licence: 'cc-by-4.0' } });
    const add = ['models', 'add', 'some/decoder', '--compressor', 'other/ARC8_Encoder', '--decoder', 'int8', '--endpoint', server.url];
    expect(await shorthand(...add)).toMatchObject({ code: 2, stderr: expect.stringMatching(/some\/decoder has the licence: llama3\.1.*other\/ARC8_Encoder has the licence: cc-by-4\.0.*--accept-licence/s) as string });
    expect(await result(...add, '--accept-licence')).toMatchObject({ id: 'decoder-arc8-encoder-int8', licence: 'llama3.1 AND cc-by-4.0', compressor: 'arc', existed: false });
    server.close();
    // Both are there now: no network is needed.
    expect(await result(...add)).toMatchObject({ id: 'decoder-arc8-encoder-int8', existed: true });
  });

  it('are made on where Ctrl+C has stopped them', async () => {
    publishLlama(place('large'), 48, 150_000);
    const add = ['models', 'add', place('large'), '--models', models];
    const child = spawn(process.execPath, [script, ...add], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ended = once(child, 'exit');
    await vi.waitFor(() => expect(existsSync(path.join(models, 'bundles', 'large-int8~partial', 'decoder.onnx.data'))).toBe(true), { timeout: 30_000, interval: 5 });
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(said).toContain('Interrupted. What was done so far is kept.');
    expect((await shorthand('models', 'list')).stdout).not.toContain('large-int8');
    expect(await result('models', 'add', place('large'))).toMatchObject({ id: 'large-int8', existed: false });
  });

  it('are refused with the reason and the exit status of their kind', async () => {
    const cases: readonly (readonly [code: number, says: RegExp, ...args: string[]])[] = [
      [2, /neither a folder nor/, 'models', 'add', place('nowhere')],
      [2, /--bridge is of a compressor/, 'models', 'add', place('llama'), '--bridge', '1'],
      [2, /--decoder takes fp32, fp16, int8, int4/, 'models', 'add', place('llama'), '--decoder', 'int3'],
      [2, /--bundle and --model/, 'ask', 'What?', '--model', 'a', '--bundle', folder],
      [2, /--model takes the id/, 'ask', 'What?', '--model', '../a'],
      [3, /base model/, 'models', 'add', place('pcc-decoder'), '--compressor', place('pcc-large')],
      [3, /48 wide; this one is 64/, 'models', 'add', place('qwen2'), '--compressor', place('arc-release')],
      [3, /config\.json/, 'models', 'add', workspace],
    ];
    for (const [code, says, ...args] of cases) {
      expect(await shorthand(...args)).toMatchObject({ code, stderr: expect.stringMatching(says) as string });
    }
  });
});
