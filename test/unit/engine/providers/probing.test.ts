import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProbeCache } from '../../../../src/engine/providers/probeCache';
import { runProbe, type ProbeOutcome } from '../../../../src/engine/providers/runProbe';
import { buildScripts } from '../service/engineBuild';

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'shorthand-probing-')));
let probe = '';

beforeAll(async () => {
  probe = path.join(await buildScripts('probing'), 'probe.js');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A probe that misbehaves: the source of its script. */
function script(name: string, source: string): string {
  const file = path.join(folder, `${name}.cjs`);
  writeFileSync(file, source);
  return file;
}

describe('a probe', () => {
  it('finds that the CPU works, and computes what the CPU computes', async () => {
    expect(await runProbe('cpu', { modulePath: probe, limitMs: 60_000 })).toEqual({ kind: 'works', chunk: 256, speed: expect.any(Number) as number });
  });

  it("names the library that a provider's own one is, where that is missing", async () => {
    const outcome = await runProbe('cuda', { modulePath: probe, limitMs: 60_000 });
    const library = process.platform === 'darwin' ? undefined : expect.stringMatching(/onnxruntime_providers/) as string;
    expect(outcome).toEqual({ kind: 'failed', problem: library === undefined ? { kind: 'not-built' } : { kind: 'library', library, detail: expect.any(String) as string } });
  });

  it.runIf(process.platform !== 'win32')('knows a provider that the library was built without', async () => {
    expect(await runProbe('directml', { modulePath: probe, limitMs: 60_000 })).toEqual({ kind: 'failed', problem: { kind: 'not-built' } });
  });

  it('tells of a crash, with the last that was said', async () => {
    const modulePath = script('crash', "process.stderr.write('first\\nthe driver said this\\n', () => process.kill(process.pid, 'SIGSEGV'));");
    expect(await runProbe('webgpu', { modulePath, limitMs: 60_000 })).toEqual({ kind: 'failed', problem: { kind: 'crashed', detail: 'signal SIGSEGV: the driver said this' } });
    expect(await runProbe('webgpu', { modulePath: script('exit', 'process.exit(7)'), limitMs: 60_000 })).toEqual({ kind: 'failed', problem: { kind: 'crashed', detail: 'exit code 7' } });
    expect(await runProbe('webgpu', { modulePath: path.join(folder, 'nowhere.cjs'), limitMs: 60_000 })).toMatchObject({ problem: { kind: 'crashed' } });
  });

  it('gives up what hangs, and leaves no process behind', async () => {
    const pidFile = path.join(folder, 'pid');
    const modulePath = script('hang', `require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); for (;;);`);
    expect(await runProbe('webgpu', { modulePath, limitMs: 3000 })).toEqual({ kind: 'failed', problem: { kind: 'timeout', seconds: 3 } });
    const pid = Number(readFileSync(pidFile, 'utf8'));
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it('takes no answer that it does not understand', async () => {
    const modulePath = script('nonsense', "process.send({ kind: 'works' }, () => process.exit(0));");
    expect(await runProbe('webgpu', { modulePath, limitMs: 60_000 })).toEqual({ kind: 'failed', problem: { kind: 'crashed', detail: 'exit code 0' } });
  });
});

describe('what probes have shown', () => {
  const works: ProbeOutcome = { kind: 'works', speed: 3, chunk: 256 };

  /** A cache that counts its probes. */
  async function open(file: string | undefined, facts: string): Promise<{ readonly cache: ProbeCache; readonly probes: string[]; readonly warnings: string[] }> {
    const probes: string[] = [];
    const warnings: string[] = [];
    const run = (provider: string): Promise<ProbeOutcome> => {
      probes.push(provider);
      return Promise.resolve(works);
    };
    return { cache: await ProbeCache.open(file, facts, run, line => warnings.push(line)), probes, warnings };
  }

  it('is kept from start to start, until the machine or the library changes', async () => {
    const file = path.join(folder, 'new', 'providers.json');
    const first = await open(file, 'machine');
    expect(first.cache.known('webgpu')).toBeUndefined();
    expect([await first.cache.outcome('webgpu'), await first.cache.outcome('webgpu')]).toEqual([works, works]);
    expect(first.probes).toEqual(['webgpu']);
    const second = await open(file, 'machine');
    expect(second.cache.known('webgpu')).toEqual(works);
    const other = await open(file, 'machine with a new driver');
    expect(other.cache.known('webgpu')).toBeUndefined();
  });

  it('is found out anew where the file is damaged, and only missed where none can be written', async () => {
    const file = path.join(folder, 'damaged.json');
    writeFileSync(file, '{"facts": "machine", "outcomes": [{"provider": "webgpu"}]}');
    const { cache, probes, warnings } = await open(file, 'machine');
    expect(await cache.outcome('webgpu')).toEqual(works);
    expect([probes, warnings]).toEqual([['webgpu'], []]);
    const nowhere = await open(path.join(file, 'below', 'a.json'), 'machine');
    expect(await nowhere.cache.outcome('webgpu')).toEqual(works);
    expect(nowhere.warnings).toHaveLength(1);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
