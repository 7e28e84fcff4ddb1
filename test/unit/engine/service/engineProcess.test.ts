import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildScripts, startEngine, type EngineProcess } from './engineBuild';
import { EngineBench, sampling, sourceOf, workspaceOf } from './support';

const bench = new EngineBench();
const started: EngineProcess[] = [];
let script = '';

beforeAll(async () => {
  script = path.join(await buildScripts('engine'), 'engine.js');
});

afterEach(() => {
  started.splice(0).forEach(({ child }) => child.kill('SIGKILL'));
});

function start(): EngineProcess {
  const engine = startEngine(script);
  started.push(engine);
  return engine;
}

const manyFiles = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i}.ts`, sourceOf(`fn${i}x`, 30)]));

describe('the engine process', () => {
  it('is killed in the middle of a compression: a new one finds whole slots only and does the rest', async () => {
    const options = bench.options();
    const root = bench.workspace('killed', manyFiles);
    const first = start();
    await first.client.call('open', options);
    const run = first.client.call('compress', { workspace: workspaceOf(root) }, {
      onProgress: state => {
        if (state.windowsEncoded >= 32) {
          first.child.kill('SIGKILL');
        }
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'engine-crashed' });
    expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });

    const second = start();
    expect(await second.client.call('open', options)).toMatchObject({ storeRebuilt: false });
    const kept = (await second.client.call('memory', undefined)).windows;
    expect(kept).toBeGreaterThanOrEqual(32);
    const report = await second.client.call('compress', { workspace: workspaceOf(root) });
    expect(report.windowsReused).toBe(kept);
    expect(report.windowsEncoded).toBeGreaterThan(0);
    expect(await second.client.call('compress', { workspace: workspaceOf(root) })).toMatchObject({ windowsEncoded: 0 });
  });

  it('cancels one call and answers the next', async () => {
    const { client } = start();
    await client.call('open', bench.options());
    const root = bench.workspace('cancel', manyFiles);
    const cancel = new AbortController();
    const run = client.call('compress', { workspace: workspaceOf(root) }, { signal: cancel.signal, onProgress: () => cancel.abort() });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    const answer = await client.call('ask', { question: 'What is fn3x2?', history: [], workspace: workspaceOf(root, { ratio: 16 }), mentions: [], sampling });
    expect(answer.context.read[0]?.displayPath).toBe('f3.ts');
  });

  it('answers every question about memory and plan in the shapes of the protocol', async () => {
    const { client } = start();
    await client.call('open', bench.options());
    const workspace = workspaceOf(bench.workspace('shapes', { 'a.ts': sourceOf('alpha', 9), 'b.ts': sourceOf('beta', 9), 'empty.ts': '' }));
    const file = path.join(workspace.roots[0]?.path ?? '', 'a.ts');
    const context = { workspace, question: 'What does beta3 do?', history: [], mentions: [{ path: file, lines: { firstLine: 6, lastLine: 9 } }] };
    expect((await client.call('plan', { ...context, maxTokens: 40 })).read[0]).toMatchObject({ reason: 'mentioned', firstLine: 6 });
    expect((await client.call('search', { workspace, question: 'beta3', limit: 3 })).length).toBeGreaterThan(0);
    await client.call('compress', { workspace });
    const steps: number[] = [];
    const { windows } = await client.call('reconstruct', { workspace, file: { path: file } }, { onProgress: state => steps.push(state.windowsTotal) });
    expect(new Set(steps)).toEqual(new Set([windows.length]));
    expect((await client.call('measure', { workspace })).windows).toBeGreaterThan(0);
    const { files, skipped } = await client.call('files', { workspace });
    expect(files.map(({ state, fidelity }) => [state, typeof fidelity])).toEqual([['compressed', 'number'], ['compressed', 'number']]);
    expect(skipped).toHaveLength(1);
    expect((await client.call('forget', { workspace, paths: [file] })).windows).toBe(windows.length);
    expect(await client.call('countTokens', { text: 'const a = 1;' })).toBeGreaterThan(2);
  });

  it('drops malformed messages, refuses malformed calls and goes on', async () => {
    const { client, child, stderr } = start();
    await client.call('open', bench.options());
    for (const message of [null, 7, 'x', {}, { kind: 'call' }, { kind: 'call', id: -1, method: 'ask' }, { kind: 'call', id: 2 ** 60, method: 'memory' }, { kind: 'boom' }]) {
      child.send(message as never);
    }
    child.send({ kind: 'call', id: 900, method: '__proto__', params: {} });
    child.send({ kind: 'call', id: 901, method: 'constructor', params: {} });
    await expect(client.call('compress', { workspace: { roots: 'all', ratio: 5 } } as never)).rejects.toMatchObject({ code: 'invalid-message' });
    expect((await client.call('memory', undefined)).windows).toBe(0);
    expect(stderr()).toContain('malformed');
  });

  it('refuses a bundle with one flipped byte and names the file', async () => {
    const { client } = start();
    const options = bench.options();
    const manifest = JSON.parse(readFileSync(path.join(bench.bundleFolder, 'bundle.json'), 'utf8')) as { decoder: { graph: string } };
    const file = path.join(bench.bundleFolder, `${manifest.decoder.graph}.data`);
    const whole = readFileSync(file);
    const damaged = Buffer.from(whole);
    damaged[1000] = (damaged[1000] ?? 0) ^ 1;
    writeFileSync(file, damaged);
    try {
      await expect(client.call('open', options)).rejects.toMatchObject({ code: 'bundle-corrupt', message: expect.stringContaining(path.basename(file)) as string });
    } finally {
      writeFileSync(file, whole);
    }
    // The same process opens it once it is repaired.
    await expect(client.call('open', options)).resolves.toMatchObject({ bundleId: 'tiny' });
    await expect(start().client.call('open', { ...options, bundleFolder: path.join(bench.folder, 'nowhere') })).rejects.toMatchObject({ code: 'bundle-missing' });
  });

  it('survives damage to the slot store: what is damaged is encoded again', async () => {
    const options = bench.options();
    const root = bench.workspace('damage', manyFiles);
    const first = start();
    await first.client.call('open', options);
    const before = await first.client.call('compress', { workspace: workspaceOf(root) });
    first.child.disconnect();
    await first.exited;

    const bytes = readFileSync(options.storeFile);
    for (let at = bytes.length >> 1; at < bytes.length; at += 50_000) {
      bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    }
    writeFileSync(options.storeFile, bytes);
    const second = start();
    await second.client.call('open', options);
    const answer = await second.client.call('ask', { question: 'What is fn7x1?', history: [], workspace: workspaceOf(root), mentions: [], sampling });
    expect(answer.context.read[0]?.displayPath).toBe('f7.ts');
    second.child.disconnect();
    await second.exited;

    writeFileSync(options.storeFile, 'this is no database');
    const third = start();
    await expect(third.client.call('open', options)).resolves.toMatchObject({ storeRebuilt: true });
    expect((await third.client.call('compress', { workspace: workspaceOf(root) })).windowsEncoded).toBe(before.windowsEncoded);
  });

  it('ends when its parent is gone', async () => {
    const engine = start();
    await engine.client.call('open', bench.options());
    engine.child.disconnect();
    expect(await engine.exited).toMatchObject({ code: 0 });
  });
});
