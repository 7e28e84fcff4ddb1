import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildScript } from '../../scripts/lib/bundles.mjs';
import type { EngineInfo } from '../../src/common/engineProtocol';
import { buildScripts, startEngine } from '../unit/engine/service/engineBuild';
import type { Decoded } from './support/decodeOn';
import { relativeError } from './support/expected';
import { softwareGraphics } from './support/softwareGraphics';

const repository = path.resolve(import.meta.dirname, '../..');
const bundleFolder = path.join(repository, 'models', 'shorthand-nano');
const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'shorthand-webgpu-')));
/** Shaders are compiled for every kind of matrix, and a graphics card in software takes a second and more for a step. */
const slow = 400_000;

/**
 * Activations are rounded to 8 bits: a difference in the last bit of a float moves one of them by a step. Reading the prompt in other chunks
 * moves the CPU's own logits by 1.6 %.
 */
const rounding = 0.03;

let env: NodeJS.ProcessEnv = {};
let scripts = '';

beforeAll(async () => {
  env = await softwareGraphics();
  scripts = await buildScripts('webgpu');
  await buildScript(path.join(import.meta.dirname, 'support', 'decodeOn.ts'), path.join(scripts, 'decodeOn.js'));
}, slow);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a process of its own decodes with the shipped bundle. */
async function decodeOn(provider: string, chunk: number): Promise<Decoded> {
  const child = fork(path.join(scripts, 'decodeOn.js'), [bundleFolder, provider, String(chunk)], { env, execArgv: [] });
  return new Promise((resolve, reject) => {
    child.once('message', message => resolve(message as Decoded));
    child.once('exit', (code, signal) => reject(new Error(`The process ended with ${signal ?? code}.`)));
  });
}

describe('WebGPU', () => {
  test('runs the decoder after a probe, and leaves to the CPU what it has no operator for', { timeout: slow }, async () => {
    const probeFile = path.join(folder, 'providers.json');
    const engine = startEngine(path.join(scripts, 'engine.js'), env);
    const info: EngineInfo = await engine.client.call('open', { bundleFolder, storeFile: path.join(folder, 'slots.db'), storeBudgetBytes: 2 ** 26, threads: 2, positions: 256, provider: 'webgpu', probeFile }).finally(() => engine.child.disconnect());
    expect(info.providers).toContainEqual({ state: 'used', provider: 'cpu', graphs: ['encoder', 'projector'] });
    expect(info.providers).toContainEqual({ state: 'used', provider: 'webgpu', graphs: ['decoder'] });
    expect((await engine.exited).code).toBe(0);
    expect(engine.stderr()).toBe('');
    expect(JSON.parse(readFileSync(probeFile, 'utf8'))).toMatchObject({ outcomes: [{ provider: 'webgpu', outcome: { kind: 'works' } }] });
  });

  test('computes for the shipped decoder what the CPU computes, over slots, text and steps, and leaves nothing behind', { timeout: slow }, async () => {
    const cpu = await decodeOn('cpu', 256);
    const webgpu = await decodeOn('webgpu', 31);
    expect(webgpu.graphs).toEqual({ encoder: 'cpu', projector: 'cpu', decoder: 'webgpu' });
    expect(webgpu.logits).toHaveLength(cpu.logits.length);
    expect(relativeError(Float32Array.from(webgpu.logits), Float32Array.from(cpu.logits))).toBeLessThan(rounding);
    expect([cpu.leaks, webgpu.leaks]).toEqual([0, 0]);
  });
});
