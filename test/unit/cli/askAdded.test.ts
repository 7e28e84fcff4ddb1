import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/common/context';
import type { AddModelResult } from '../../../src/common/builderProtocol';
import { decoders, publishArc, publishDecoder, publishLlama, publishPcc } from '../builder/published';
import { buildScripts } from '../engine/service/engineBuild';
import { cliResult } from './runCli';

const folder = mkdtempSync(path.join(tmpdir(), 'shorthand-cli-ask-'));
const models = path.join(folder, 'models');
const workspace = path.join(folder, 'workspace');
const place = (name: string): string => path.join(folder, name);
let script: string;

beforeAll(async () => {
  script = path.join(await buildScripts('cli-ask'), 'cli.js');
  mkdirSync(workspace);
  for (let i = 0; i < 2; i++) {
    writeFileSync(path.join(workspace, `file${i}.ts`), `export const value${i} = ${i};\n`.repeat(12));
  }
  decoders.forEach(name => publishDecoder(place(name), name));
  publishLlama(place('pcc-decoder'), 48, 400, ['<mem>', '<ae>', '</mem>']);
  (['release', 'release-multi', 'training'] as const).forEach(name => publishArc(place(`arc-${name}`), name));
  (['light/checkpoint', 'large/checkpoint', 'large/base'] as const).forEach(name => publishPcc(place(`pcc-${name}`), name));
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const result = <T>(...args: string[]) => cliResult<T>(script, [...args, '--models', models]);

/** Asks twice, with a store of its own each time: a tiny random model answers noise, but always the same. */
async function askTwice(id: string, ...more: string[]): Promise<Answer> {
  const ask = (store: string) => result<Answer>('ask', 'What is value1?', '--model', id, '--folder', workspace, '--max-tokens', '8', '--store', path.join(models, `${id}.${store}.db`), ...more);
  const [first, second] = [await ask('a'), await ask('b')];
  expect(second.text).toBe(first.text);
  expect(second.stopReason).toBe(first.stopReason);
  expect(first.stopReason).toMatch(/^(end|length)$/);
  expect(first.generatedTokens).toBeGreaterThan(0);
  return first;
}

// Each test starts three processes, which takes a busy machine minutes.
describe('models add, then ask', { timeout: 240_000 }, () => {
  it.each(decoders)('%s', async name => {
    const added = await result<AddModelResult>('models', 'add', place(name), '--decoder', 'fp32');
    expect(added).toMatchObject({ id: `${name}-fp32`, compressor: 'none', existed: false });
    const { context } = await askTwice(added.id);
    expect(context.read.length).toBeGreaterThan(0);
    expect(context.read.every(({ form }) => form.kind !== 'slots')).toBe(true);
  });

  it.each([
    { what: 'ARC, release', decoder: 'llama-3.1', compressor: 'arc-release', more: [], kind: 'arc', ratio: 8 },
    { what: 'ARC, release, a tokenizer that is not the encoder\'s', decoder: 'mistral', compressor: 'arc-release', more: ['--base', 'llama-3.1'], kind: 'arc', ratio: 8 },
    { what: 'ARC, multi, bridge 0', decoder: 'llama-3.1', compressor: 'arc-release-multi', more: ['--bridge', '0'], kind: 'arc', ratio: 8 },
    { what: 'ARC, multi, bridge 1', decoder: 'llama-3.1', compressor: 'arc-release-multi', more: ['--bridge', '1', '--name', 'bridge-1'], kind: 'arc', ratio: 8 },
    { what: 'ARC, training layout, at another ratio', decoder: 'llama-3.1', compressor: 'arc-training', more: ['--ratio', '4', '--window', '128'], kind: 'arc', ratio: 4 },
    { what: 'PCC, light', decoder: 'pcc-decoder', compressor: 'pcc-light/checkpoint', more: [], kind: 'pcc', ratio: 4 },
    { what: 'PCC, large', decoder: 'pcc-decoder', compressor: 'pcc-large/checkpoint', more: ['--base', 'pcc-large/base'], kind: 'pcc', ratio: 4 },
  ])('$what', async ({ decoder, compressor, more, kind, ratio }) => {
    const placed = more.map(argument => (argument === 'pcc-large/base' || argument === 'llama-3.1' ? place(argument) : argument));
    const added = await result<AddModelResult>('models', 'add', place(decoder), '--compressor', place(compressor), '--decoder', 'int4', ...placed);
    expect(added).toMatchObject({ compressor: kind, existed: false });
    // So little room that the files can't stand as text.
    const { context } = await askTwice(added.id, '--ratio', String(ratio), '--positions', '420');
    expect(context.read.some(({ form }) => form.kind === 'slots' && form.ratio === ratio)).toBe(true);
    expect(context.slots).toBeGreaterThan(0);
  });

  it('int8 and fp16 of one decoder stand beside each other', async () => {
    const ids = await Promise.all(['int8', 'fp16'].map(async weights => (await result<AddModelResult>('models', 'add', place('qwen2'), '--decoder', weights)).id));
    expect(ids).toEqual(['qwen2-int8', 'qwen2-fp16']);
    for (const id of ids) {
      await askTwice(id);
    }
  });
});

