import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FileMemory } from '../../../../src/common/workspace';
import type { Engine } from '../../../../src/engine/service/engine';
import { EngineBench, sampling, sourceOf, workspaceOf } from './support';

const bench = new EngineBench();
type Root = ReturnType<EngineBench['workspace']>;

async function statesOf(engine: Engine, root: Root): Promise<Readonly<Record<string, FileMemory['state']>>> {
  return Object.fromEntries((await engine.files(workspaceOf(root))).files.map(file => [file.displayPath, file.state]));
}

describe('files', () => {
  it('tells what is compressed, stale and neither, after a restart too', async () => {
    const options = bench.options();
    const first = await bench.open(options);
    const root = bench.workspace('states', { 'a.ts': sourceOf('alpha', 20), 'b.ts': 'const one = 1;\n' });
    expect(await statesOf(first, root)).toEqual({ 'a.ts': 'none', 'b.ts': 'none' });
    await first.compress({ workspace: workspaceOf(root) });
    expect(await statesOf(first, root)).toEqual({ 'a.ts': 'compressed', 'b.ts': 'compressed' });
    first.dispose();
    const engine = await bench.open(options);
    expect(await statesOf(engine, root)).toEqual({ 'a.ts': 'compressed', 'b.ts': 'compressed' });
    writeFileSync(path.join(root.path, 'a.ts'), sourceOf('changed', 20));
    writeFileSync(path.join(root.path, 'b.ts'), 'const two = 2;\n');
    writeFileSync(path.join(root.path, 'c.ts'), 'const three = 3;\n');
    expect(await statesOf(engine, root)).toEqual({ 'a.ts': 'stale', 'b.ts': 'stale', 'c.ts': 'none' });
  });

  it('counts tokens, windows, slots and bytes at the ratio that holds, and lists what is excluded', async () => {
    const engine = await bench.open();
    const root = { ...bench.workspace('counts', { 'a.ts': sourceOf('alpha', 20), 'lib/b.ts': sourceOf('beta', 9), 'skip/c.ts': 'x', 'skip/d.ts': 'x' }), excluded: ['skip/**'] };
    const workspace = workspaceOf(root, { rules: [{ path: path.join(root.path, 'lib'), ratio: 4, pinned: true }] });
    const report = await engine.compress({ workspace });
    const { files, skipped } = await engine.files(workspace);
    expect(files.map(file => [file.displayPath, file.ratio, file.pinned, file.root])).toEqual([['a.ts', 8, false, root.path], ['lib/b.ts', 4, true, root.path]]);
    expect(skipped.map(({ path: file, reason }) => [path.relative(root.path, file), reason])).toEqual([['skip', 'excluded']]);
    expect(report.skipped).toEqual(skipped);
    for (const file of files) {
      expect(file.windowsKnown).toBe(file.windows);
      expect(file.tokens / file.slots).toBeGreaterThan(file.ratio * 0.8);
      expect(file).not.toHaveProperty('fidelity');
    }
    const sum = (of: (file: FileMemory) => number) => files.reduce((total, file) => total + of(file), 0);
    expect(report).toMatchObject({ tokens: sum(file => file.tokens), slots: sum(file => file.slots), slotBytes: sum(file => file.slotBytes) });
    // At another ratio nothing is known, and nothing has changed.
    expect((await engine.files(workspaceOf(root, { ratio: 16 }))).files[0]).toMatchObject({ state: 'none', windowsKnown: 0, slots: 0 });
    const listed = await engine.compress({ workspace, files: [{ path: path.join(root.path, 'skip/c.ts') }] });
    expect(listed.skipped).toEqual([expect.objectContaining({ reason: 'excluded' })]);
  });

  it('knows a renamed file and a text that comes back without encoding anything', async () => {
    const engine = await bench.open();
    const root = bench.workspace('branches', { 'a.ts': sourceOf('main', 20), 'b.ts': sourceOf('other', 5) });
    await engine.compress({ workspace: workspaceOf(root) });
    renameSync(path.join(root.path, 'b.ts'), path.join(root.path, 'renamed.ts'));
    expect(await statesOf(engine, root)).toEqual({ 'a.ts': 'compressed', 'renamed.ts': 'compressed' });
    writeFileSync(path.join(root.path, 'a.ts'), sourceOf('branch', 20));
    expect(await statesOf(engine, root)).toMatchObject({ 'a.ts': 'stale' });
    expect((await engine.compress({ workspace: workspaceOf(root) })).windowsEncoded).toBeGreaterThan(0);
    writeFileSync(path.join(root.path, 'a.ts'), sourceOf('main', 20));
    expect(await statesOf(engine, root)).toMatchObject({ 'a.ts': 'compressed' });
    rmSync(path.join(root.path, 'renamed.ts'));
    expect(await engine.compress({ workspace: workspaceOf(root) })).toMatchObject({ files: 1, windowsEncoded: 0 });
    // Its record moved with its content.
    writeFileSync(path.join(root.path, 'renamed.ts'), sourceOf('edited', 5));
    expect(await statesOf(engine, root)).toEqual({ 'a.ts': 'compressed', 'renamed.ts': 'stale' });
  });
});

describe('forget', () => {
  it('takes a folder out of memory at every ratio, stale texts too, and leaves what others share', async () => {
    const engine = await bench.open();
    const shared = sourceOf('shared', 4);
    const root = bench.workspace('forget', { 'lib/a.ts': sourceOf('alpha', 9), 'lib/b.ts': shared, 'c.ts': shared });
    await engine.compress({ workspace: workspaceOf(root) });
    await engine.compress({ workspace: workspaceOf(root, { ratio: 16 }) });
    writeFileSync(path.join(root.path, 'lib/a.ts'), sourceOf('changed', 9));
    const before = engine.memory();
    const gone = await engine.forget(workspaceOf(root), [path.join(root.path, 'lib')]);
    const after = engine.memory();
    expect(gone.windows).toBeGreaterThan(4);
    expect(gone).toMatchObject({ windows: before.windows - after.windows, slots: before.slots - after.slots, bytes: before.bytes - after.bytes });
    expect(await statesOf(engine, root)).toEqual({ 'c.ts': 'compressed', 'lib/a.ts': 'none', 'lib/b.ts': 'compressed' });
    await engine.forget(workspaceOf(root), [path.join(root.path, 'lib'), path.join(root.path, 'c.ts')]);
    expect(engine.memory().windows).toBe(0);
  });
});

describe('fidelity', () => {
  it('is measured once per window, kept, and averaged over tokens', async () => {
    const options = bench.options();
    const engine = await bench.open(options);
    const root = bench.workspace('fidelity', { 'a.ts': sourceOf('alpha', 9), 'b.ts': sourceOf('beta', 3) });
    const { windowsEncoded } = await engine.compress({ workspace: workspaceOf(root) });
    const steps: { windowsDone: number; windowsTotal: number }[] = [];
    const watch = { progress: (step: { windowsDone: number; windowsTotal: number }) => steps.push(step) };
    expect(await engine.measure({ workspace: workspaceOf(root), files: [path.join(root.path, 'b.ts')] })).toBeGreaterThan(0);
    const { files } = await engine.files(workspaceOf(root));
    expect(files.map(file => file.fidelity !== undefined)).toEqual([false, true]);
    const rest = await engine.measure({ workspace: workspaceOf(root) }, watch);
    expect(rest).toBeLessThan(windowsEncoded);
    expect(steps[0]).toEqual({ windowsDone: 0, windowsTotal: rest });
    expect(steps.at(-1)).toEqual({ windowsDone: rest, windowsTotal: rest });
    engine.dispose();
    const again = await bench.open(options);
    expect(await again.measure({ workspace: workspaceOf(root) })).toBe(0);
    for (const file of (await again.files(workspaceOf(root))).files) {
      expect(file.fidelity).toBeGreaterThanOrEqual(0);
      expect(file.fidelity).toBeLessThanOrEqual(1);
    }
  });

  it('is measured behind answers and can be cancelled; the conversation stays in the KV cache, as it does while completions are written', async () => {
    const engine = await bench.open();
    const talked = workspaceOf(bench.workspace('talked', { 'a.ts': sourceOf('alpha', 9) }));
    const root = bench.workspace('measured', { 'b.ts': sourceOf('beta', 9) });
    await engine.compress({ workspace: workspaceOf(root) });
    const turn = { question: 'What?', history: [], mentions: [], workspace: talked, sampling };
    const first = await engine.ask(turn);
    const cancel = new AbortController();
    const progress = ({ windowsDone }: { windowsDone: number }): void => {
      if (windowsDone > 0) {
        cancel.abort();
      }
    };
    await expect(engine.measure({ workspace: workspaceOf(root) }, { signal: cancel.signal, progress: state => void setTimeout(() => progress({ ...state, windowsDone: 1 })) })).rejects.toMatchObject({ code: 'cancelled' });
    await engine.measure({ workspace: workspaceOf(root) });
    await engine.complete({ workspace: talked, file: { path: '/c.ts' }, prefix: 'const a', suffix: '', sampling });
    const second = await engine.ask(turn);
    expect(second.context.reusedPositions).toBeGreaterThan(first.context.promptPositions - 2);
  });
});

describe('reconstruct', () => {
  it('says a file again window by window and measures it', async () => {
    const engine = await bench.open();
    const root = bench.workspace('again', { 'a.ts': sourceOf('alpha', 9) });
    const file = { path: path.join(root.path, 'a.ts') };
    const counts: number[] = [];
    const { windows } = await engine.reconstruct({ workspace: workspaceOf(root), file }, { progress: state => counts.push(state.windows.length) });
    const [listed] = (await engine.files(workspaceOf(root))).files;
    expect(counts).toEqual(Array.from({ length: windows.length + 1 }, (_, i) => i));
    expect(windows.map(window => window.tokens).reduce((a, b) => a + b)).toBe(listed?.tokens);
    expect(windows[0]).toMatchObject({ firstLine: 1, ratio: 8 });
    expect(windows.at(-1)?.lastLine).toBe(sourceOf('alpha', 9).split('\n').length - 1);
    expect(listed?.fidelity).toBeCloseTo(windows.reduce((sum, window) => sum + window.fidelity * window.tokens, 0) / (listed?.tokens ?? 1), 6);
    await expect(engine.reconstruct({ workspace: workspaceOf(root), file: { path: path.join(root.path, 'gone.ts') } })).rejects.toMatchObject({ code: 'nothing-to-read' });
  });

  it('stops between windows and within one', async () => {
    const engine = await bench.open();
    const root = bench.workspace('halt', { 'a.ts': sourceOf('alpha', 40) });
    const cancel = new AbortController();
    const seen: number[] = [];
    const progress = (state: { readonly windows: readonly unknown[] }): void => {
      seen.push(state.windows.length);
      setTimeout(() => cancel.abort());
    };
    await expect(engine.reconstruct({ workspace: workspaceOf(root), file: { path: path.join(root.path, 'a.ts') } }, { signal: cancel.signal, progress })).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen.length).toBeLessThan(4);
  });
});

it('plans without encoding, finds windows, and counts tokens', async () => {
  const engine = await bench.open();
  const root = bench.workspace('plain', { 'a.ts': sourceOf('alpha', 9), 'b.ts': sourceOf('beta', 9) });
  const request = { workspace: workspaceOf(root), question: 'What does beta3 do?', history: [], mentions: [] };
  const plan = await engine.plan({ ...request, maxTokens: 40 });
  expect(engine.memory().windows).toBe(0);
  const { context } = await engine.ask({ ...request, sampling });
  expect({ ...context, reusedPositions: 0 }).toEqual(plan);
  expect((await engine.plan({ ...request, maxTokens: 40, positions: 60 })).promptPositions).toBeLessThanOrEqual(60);
  const hits = await engine.search({ workspace: workspaceOf(root), question: 'beta3', limit: 2 });
  expect(hits[0]).toMatchObject({ displayPath: 'b.ts', text: expect.stringContaining('function beta3') as string });
  expect(hits.length).toBeLessThanOrEqual(2);
  expect(engine.countTokens({ text: 'const a = 1;' })).toBeGreaterThan(2);
});

it('finds the text of a file that a question names, whatever stands in it', async () => {
  const engine = await bench.open();
  const root = bench.workspace('names', { 'lib/cache.ts': 'const one = 1;\n', ...Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`f${i}.ts`, sourceOf(`other${i}`, 2)])) });
  const hits = await engine.search({ workspace: workspaceOf(root), question: 'What is in cache.ts?', limit: 50 });
  expect(hits.map(hit => hit.displayPath)).toEqual(['lib/cache.ts']);
});
