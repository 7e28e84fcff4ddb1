import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { AskParams, CompressParams } from '../../../src/common/engineProtocol';
import { EngineClient, type EngineClientOptions } from '../../../src/host/engine/engineClient';
import { buildFakeEngine } from './fakeEngineBuild';

const limits = { startMs: 5000, openMs: 5000, cancelMs: 300, stopMs: 500 };
const options = { bundleFolder: '/bundle', storeFile: '/store', storeBudgetBytes: 1, threads: 0, provider: 'cpu' as const, positions: 0 };
let fake: ReturnType<typeof buildFakeEngine>;
const clients: EngineClient[] = [];
const lines: string[] = [];
const log = { debug: (line: string) => lines.push(line), info: (line: string) => lines.push(line), warn: (line: string) => lines.push(line), error: (line: string) => lines.push(line) };

beforeAll(() => {
  fake = buildFakeEngine();
});

afterAll(() => fake.remove());

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(clients.splice(0).map(async client => {
    await client.stop();
    client.dispose();
  }));
  lines.length = 0;
});

function createClient(overrides: Partial<EngineClientOptions> = {}): EngineClient {
  const client = new EngineClient({ modulePath: fake.modulePath, readOptions: () => options, readIdleMs: () => 0, log, limits, ...overrides });
  clients.push(client);
  return client;
}

function ask(question: string): AskParams {
  return { question, history: [], workspace: { roots: [], openFiles: [], rules: [], ratio: 8 }, mentions: [], sampling: { temperature: 0, topP: 1, repetitionPenalty: 1, maxTokens: 1, seed: 0, stop: [] } };
}

function compress(path: string, text?: string): CompressParams {
  return { workspace: { roots: [], openFiles: [], rules: [], ratio: 8 }, files: [text === undefined ? { path } : { path, text }] };
}

function pidOf(client: EngineClient): number {
  const { state } = client;
  return state.kind === 'ready' || state.kind === 'busy' ? Number(state.info.runtimeVersion.replace('pid ', '')) : 0;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A slow machine takes its time to start and end processes. */
function eventually(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout: 15_000 });
}

test('starts with the first call, passes progress on, and counts calls', async () => {
  const client = createClient();
  const states: string[] = [];
  client.onDidChangeState(state => states.push(state.kind));
  expect(client.state.kind).toBe('stopped');
  const snapshots: unknown[] = [];
  const answer = await client.call('ask', ask('hello'), { onProgress: snapshot => snapshots.push(snapshot) });
  expect(answer.text).toBe('HELLO');
  expect(snapshots).toMatchObject([{ phase: 'writing', text: 'hello' }]);
  expect(states).toEqual(['starting', 'busy', 'ready']);
  expect(await client.call('memory', undefined)).toMatchObject({ slots: 2 });
  await eventually(() => expect(lines).toContain('[engine] opened'));
});

test('one process serves calls that start together', async () => {
  const client = createClient();
  await Promise.all([client.call('memory', undefined), client.call('memory', undefined), client.call('ask', ask('a'))]);
  expect(lines.filter(line => line.includes('started'))).toHaveLength(1);
});

test('a crash fails the call, is told once, and the next call starts a new process', async () => {
  const client = createClient();
  const crashes: string[] = [];
  client.onDidCrash(error => crashes.push(error.code));
  const [first, second] = await Promise.allSettled([client.call('ask', ask('crash')), client.call('ask', ask('wait'))]);
  expect(first).toMatchObject({ status: 'rejected', reason: { code: 'engine-crashed' } });
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'engine-crashed' } });
  expect(client.state).toMatchObject({ kind: 'failed', code: 'engine-crashed' });
  expect(crashes).toEqual(['engine-crashed']);
  expect((await client.call('ask', ask('again'))).text).toBe('AGAIN');
  expect(client.state.kind).toBe('ready');
});

test('a compression that a crash interrupted is tried once more', async () => {
  const client = createClient();
  const mark = join(fake.folder, 'crashed');
  const report = await client.call('compress', compress('crash-once', mark));
  expect(existsSync(mark)).toBe(true);
  expect(report.windowsEncoded).toBe(2);
  await expect(client.call('compress', compress('crash'))).rejects.toMatchObject({ code: 'engine-crashed' });
});

test('an error of the engine keeps its code, and a malformed result fails its own call', async () => {
  const client = createClient({ readOptions: () => ({ ...options, bundleFolder: 'missing' }) });
  const crashes: unknown[] = [];
  client.onDidCrash(error => crashes.push(error));
  await expect(client.call('memory', undefined)).rejects.toMatchObject({ code: 'bundle-missing' });
  expect(client.state).toMatchObject({ kind: 'failed', code: 'bundle-missing' });
  expect(crashes).toEqual([]);
  const other = createClient();
  await expect(other.call('ask', ask('malformed'))).rejects.toMatchObject({ code: 'invalid-message' });
  expect(other.state.kind).toBe('ready');
});

test.each([
  ['exit', 'engine-crashed'],
  ['old', 'protocol-mismatch'],
  ['mute', 'engine-unresponsive'],
])('a process in mode %s fails the start with %s', async (mode, code) => {
  vi.stubEnv('FAKE_ENGINE', mode);
  const client = createClient({ limits: { ...limits, startMs: mode === 'mute' ? 300 : 5000 } });
  await expect(client.call('memory', undefined)).rejects.toMatchObject({ code });
  expect(client.state).toMatchObject({ kind: 'failed', code });
});

test('a script that does not exist fails the start', async () => {
  const client = createClient({ modulePath: '/no/such/engine.js' });
  await expect(client.call('memory', undefined)).rejects.toMatchObject({ code: 'engine-crashed' });
});

test('cancels a call, and gives a process up that does not end one', async () => {
  const client = createClient();
  // Else a slow machine cancels the start.
  await client.call('memory', undefined);
  const controller = new AbortController();
  const waiting = client.call('ask', ask('wait'), { signal: controller.signal });
  setTimeout(() => controller.abort(), 200);
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  const pid = pidOf(client);
  const other = new AbortController();
  const hanging = client.call('ask', ask('hang'), { signal: other.signal });
  setTimeout(() => other.abort(), 50);
  await expect(hanging).rejects.toMatchObject({ code: 'cancelled' });
  expect(client.state).toMatchObject({ kind: 'failed', code: 'engine-unresponsive' });
  await eventually(() => expect(isAlive(pid)).toBe(false));
});

test('a cancelled call does not wait for the start', async () => {
  vi.stubEnv('FAKE_ENGINE', 'mute');
  const client = createClient();
  await expect(client.call('memory', undefined, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ code: 'cancelled' });
});

test('an idle process ends and gives its memory back', async () => {
  const client = createClient({ readIdleMs: () => 100 });
  await client.call('memory', undefined);
  const pid = pidOf(client);
  expect(isAlive(pid)).toBe(true);
  await eventually(() => expect(client.state.kind).toBe('stopped'));
  await eventually(() => expect(isAlive(pid)).toBe(false));
  await client.call('memory', undefined);
  expect(pidOf(client)).not.toBe(pid);
});

test('a changed idle time counts at once, without another call', async () => {
  let idleMs = 0;
  const client = createClient({ readIdleMs: () => idleMs });
  await client.call('memory', undefined);
  idleMs = 50;
  client.renewIdleTime();
  await eventually(() => expect(client.state.kind).toBe('stopped'));
});

test('an idle time that is longer than a timer can be keeps the process', async () => {
  const client = createClient({ readIdleMs: () => 100_000 * 60_000 });
  await client.call('memory', undefined);
  await new Promise(resolve => setTimeout(resolve, 100));
  expect(client.state.kind).toBe('ready');
});

test('restart cancels calls and starts a new process', async () => {
  const client = createClient();
  await client.call('memory', undefined);
  const pid = pidOf(client);
  const waiting = expect(client.call('ask', ask('wait'))).rejects.toMatchObject({ code: 'cancelled' });
  await client.restart();
  await waiting;
  expect(isAlive(pid)).toBe(false);
  expect(client.state.kind).toBe('ready');
});

test('a start under way can be stopped without waiting for it', async () => {
  vi.stubEnv('FAKE_ENGINE', 'slow');
  const client = createClient({ limits: { ...limits, openMs: 60_000 } });
  const call = expect(client.call('memory', undefined)).rejects.toMatchObject({ code: 'cancelled' });
  await eventually(() => expect(lines.some(line => line.includes('started'))).toBe(true));
  await client.stop();
  await call;
  expect(client.state.kind).toBe('stopped');
});

test('a restart without a call ends when idle, too', async () => {
  const client = createClient({ readIdleMs: () => 100 });
  await client.restart();
  expect(client.state.kind).toBe('ready');
  await eventually(() => expect(client.state.kind).toBe('stopped'));
});

test('changed options forget a failed start', async () => {
  let bundleFolder = 'missing';
  const client = createClient({ readOptions: () => ({ ...options, bundleFolder }) });
  await expect(client.call('memory', undefined)).rejects.toMatchObject({ code: 'bundle-missing' });
  bundleFolder = '/bundle';
  client.renew();
  expect(client.state.kind).toBe('stopped');
  await client.call('memory', undefined);
});

test('changed options take effect after the last call', async () => {
  let threads = 1;
  const client = createClient({ readOptions: () => ({ ...options, threads }) });
  await client.call('memory', undefined);
  const pid = pidOf(client);
  const call = client.call('ask', ask('a'));
  threads = 2;
  client.renew();
  expect((await call).text).toBe('A');
  expect(client.state.kind).toBe('stopped');
  await client.call('memory', undefined);
  expect(pidOf(client)).not.toBe(pid);
});

test('the same options leave the process alone', async () => {
  const client = createClient();
  await client.call('memory', undefined);
  const pid = pidOf(client);
  client.renew();
  expect(client.state.kind).toBe('ready');
  await client.call('memory', undefined);
  expect(pidOf(client)).toBe(pid);
});

test('kills a process that does not end when asked, and leaves none behind at disposal', async () => {
  vi.stubEnv('FAKE_ENGINE', 'stubborn');
  const client = createClient();
  await client.call('memory', undefined);
  const pid = pidOf(client);
  await client.stop();
  expect(isAlive(pid)).toBe(false);
  client.dispose();
  await expect(client.call('memory', undefined)).rejects.toMatchObject({ code: 'cancelled' });
});
