import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { EngineClient } from '../../../src/host/engine/engineClient';
import { buildScripts } from '../engine/service/engineBuild';
import { EngineBench } from '../engine/service/support';

const bench = new EngineBench();
const lines: string[] = [];
const note = (line: string): void => void lines.push(line);
const log = { debug: note, info: note, warn: note, error: note };
let client: EngineClient;
/** 0 keeps the engine. */
let idleMs = 0;

beforeAll(async () => {
  client = new EngineClient({ modulePath: path.join(await buildScripts('idle'), 'engine.js'), readOptions: () => bench.options(), readIdleMs: () => idleMs, log });
});

afterAll(async () => {
  await client.stop();
  client.dispose();
});

/** Bytes of a process in memory, as the system counts them; 0 when it is gone. */
function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function lastPid(): number {
  return Number(/process (\d+) started/.exec(lines.filter(line => line.includes('started')).at(-1) ?? '')?.[1] ?? 0);
}

// Only Linux tells the memory of another process in a file.
test.runIf(process.platform === 'linux')('an idle engine gives all of its memory back, and comes back with the next call', async () => {
  await client.call('memory', undefined);
  const pid = lastPid();
  expect(residentBytes(pid)).toBeGreaterThan(50e6);

  idleMs = 200;
  client.renewIdleTime();
  await vi.waitFor(() => expect([client.state.kind, residentBytes(pid)]).toEqual(['stopped', 0]), { timeout: 20_000 });

  idleMs = 0;
  await client.call('memory', undefined);
  expect(lastPid()).not.toBe(pid);
  expect(residentBytes(lastPid())).toBeGreaterThan(50e6);
});
