import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CompressProgress } from '../../../../src/common/workspace';
import { EngineBench, sampling, sourceOf, workspaceOf } from './support';

const bench = new EngineBench();

describe('compress', () => {
  it('encodes everything once, then nothing, then only what an edit changed', async () => {
    const engine = await bench.open();
    const root = bench.workspace('edits', { 'a.ts': sourceOf('alpha', 60), 'lib/b.ts': sourceOf('beta', 20) });
    const first = await engine.compress({ workspace: workspaceOf(root) });
    expect(first).toMatchObject({ files: 2, windowsReused: 0, skipped: [] });
    expect(first.windowsEncoded).toBeGreaterThan(10);
    expect(first.tokens / first.slots).toBeGreaterThan(7);

    const second = await engine.compress({ workspace: workspaceOf(root) });
    expect(second).toMatchObject({ files: 2, windowsEncoded: 0, windowsReused: first.windowsEncoded, slots: first.slots });

    const file = path.join(root.path, 'a.ts');
    writeFileSync(file, readFileSync(file, 'utf8').replace('return value * 30', 'return value * 31 // changed'));
    const third = await engine.compress({ workspace: workspaceOf(root) });
    expect(third.windowsEncoded).toBeGreaterThan(0);
    expect(third.windowsEncoded).toBeLessThanOrEqual(3);

    // Other ratios have slots of their own.
    expect((await engine.compress({ workspace: workspaceOf(root, { ratio: 16 }) })).windowsReused).toBe(0);
  });

  it('finds known text again under another name, and encodes text that stands twice once', async () => {
    const engine = await bench.open();
    const root = bench.workspace('moves', { 'one.ts': sourceOf('gamma', 20), 'two.ts': sourceOf('gamma', 20) });
    const first = await engine.compress({ workspace: workspaceOf(root) });
    expect(first.windowsEncoded).toBe(first.windowsReused);
    rmSync(path.join(root.path, 'one.ts'));
    bench.workspace('moves', { 'renamed/three.ts': sourceOf('gamma', 20) });
    expect(await engine.compress({ workspace: workspaceOf(root) })).toMatchObject({ files: 2, windowsEncoded: 0 });
  });

  it('names what it leaves out', async () => {
    const engine = await bench.open();
    const root = bench.workspace('odd', {
      'good.ts': sourceOf('delta', 3),
      'picture.bin': Uint8Array.from({ length: 4096 }, (_, i) => (i * 7) % 256),
      'latin1.txt': Uint8Array.from([...Buffer.from('caf'), 0xe9, ...Buffer.from(' au lait, encore une fois\n')]),
      'huge.min.json': 'x'.repeat(20_000_000),
      'empty.ts': '',
    });
    const report = await engine.compress({ workspace: workspaceOf(root) });
    expect(report.files).toBe(1);
    expect(Object.fromEntries(report.skipped.map(({ path: file, reason }) => [path.basename(file), reason]))).toEqual({
      'picture.bin': 'binary',
      'latin1.txt': 'invalid-utf8',
      'huge.min.json': 'too-large',
      'empty.ts': 'empty',
    });
  });

  it('keeps what was encoded when it is cancelled, and goes on from there', async () => {
    const options = bench.options();
    const engine = await bench.open(options);
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}.ts`, sourceOf(`fn${i}x`, 30)]));
    const root = bench.workspace('cancelled', files);
    const cancel = new AbortController();
    const states: CompressProgress[] = [];
    const run = engine.compress(
      { workspace: workspaceOf(root) },
      {
        signal: cancel.signal,
        progress: state => {
          states.push(state);
          if (state.windowsEncoded > 0) {
            cancel.abort();
          }
        },
      },
    );
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    const kept = engine.memory().windows;
    expect(kept).toBeGreaterThan(0);
    expect(states[0]?.phase).toBe('scanning');
    const rest = await engine.compress({ workspace: workspaceOf(root) });
    expect(rest.windowsReused).toBe(kept);
    expect(rest.windowsEncoded).toBeGreaterThan(0);
  });

  it('compresses named files with their unsaved text', async () => {
    const engine = await bench.open();
    const root = bench.workspace('open', { 'a.ts': sourceOf('eps', 4), 'b.ts': sourceOf('zeta', 4) });
    const file = { path: path.join(root.path, 'a.ts'), text: sourceOf('unsaved', 5) };
    expect(await engine.compress({ workspace: workspaceOf(root), files: [file] })).toMatchObject({ files: 1 });
    // The text on disk is another one.
    expect((await engine.compress({ workspace: workspaceOf(root), files: [{ path: file.path }] })).windowsEncoded).toBeGreaterThan(0);
  });

  it('reads the unsaved text of open files when it compresses everything', async () => {
    const engine = await bench.open();
    const root = bench.workspace('typing', { 'a.ts': sourceOf('eta', 4), 'b.ts': sourceOf('theta', 4) });
    await engine.compress({ workspace: workspaceOf(root) });
    const unsaved = [{ path: path.join(root.path, 'a.ts'), text: sourceOf('typed', 5) }];
    const report = await engine.compress({ workspace: workspaceOf(root, { openFiles: unsaved }) });
    expect(report.windowsEncoded).toBeGreaterThan(0);
    expect(report.windowsReused).toBeGreaterThan(0);
    expect(report.sourceBytes).toBe(sourceOf('typed', 5).length + sourceOf('theta', 4).length);
  });

  it('encodes each window once when calls overlap, answers among them', async () => {
    const engine = await bench.open();
    const root = bench.workspace('overlap', { 'a.ts': sourceOf('iota', 30), 'b.ts': sourceOf('kappa', 30) });
    const ask = engine.ask({ question: 'What?', history: [], mentions: [], workspace: workspaceOf(root), sampling: { ...sampling, maxTokens: 2 } });
    const [first, second] = await Promise.all([engine.compress({ workspace: workspaceOf(root) }), engine.compress({ workspace: workspaceOf(root) }), ask]);
    const [files] = [(await engine.files(workspaceOf(root))).files];
    const windows = files.reduce((sum, file) => sum + file.windows, 0);
    expect(first.windowsEncoded + second.windowsEncoded).toBeLessThanOrEqual(windows);
    expect(first.windowsReused + first.windowsEncoded).toBe(windows);
    expect(second.windowsReused + second.windowsEncoded).toBe(windows);
  });

  it('tells when the workspace does not fit the byte budget, and counts the bytes of equal texts once', async () => {
    const options = bench.options();
    const engine = await bench.open({ ...options, storeBudgetBytes: 20_000 });
    const root = bench.workspace('tight', { 'a.ts': sourceOf('lambda', 40), 'b.ts': sourceOf('lambda', 40) });
    const report = await engine.compress({ workspace: workspaceOf(root) });
    expect(report.slotBytes).toBeGreaterThan(20_000);
    expect(report.windowsEvicted).toBeGreaterThan(0);
    expect(engine.memory().bytes).toBeLessThanOrEqual(20_000);
    const roomy = await bench.open();
    const whole = await roomy.compress({ workspace: workspaceOf(root) });
    expect(whole).toMatchObject({ windowsEvicted: 0, slotBytes: roomy.memory().bytes });
  });

  it('says when nothing is there', async () => {
    const engine = await bench.open();
    const root = bench.workspace('nothing', {});
    const report = await engine.compress({ workspace: workspaceOf({ ...root, path: path.join(root.path, 'gone') }) });
    expect(report).toMatchObject({ files: 0, windowsEncoded: 0 });
    expect(report.skipped.map(({ reason }) => reason)).toEqual(['deleted']);
  });
});
