import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CompleteParams } from '../../../../src/common/engineProtocol';
import { rawAround } from '../../../../src/engine/plan/rawAround';
import { completionSlots } from '../../../../src/engine/service/completionSlots';
import type { Engine } from '../../../../src/engine/service/engine';
import { RecentFiles } from '../../../../src/engine/service/recentFiles';
import { EngineBench, sampling, sourceOf, workspaceOf } from './support';

const bench = new EngineBench();
const files = { 'a.ts': sourceOf('alpha', 8), 'b.ts': sourceOf('beta', 8), 'c.ts': sourceOf('gamma', 2) };

function request(root: Parameters<typeof workspaceOf>[0], change: Partial<CompleteParams> = {}): CompleteParams {
  return { workspace: workspaceOf(root), file: { path: path.join(root.path, 'c.ts') }, prefix: 'export function alpha(value: number): number {\n  return al', suffix: '\n}\n', sampling, ...change };
}

/** What a completion would read besides the text around the cursor. */
async function readBy(engine: Engine, params: CompleteParams, recent = new RecentFiles(engine.parts)): Promise<readonly string[]> {
  const raw = rawAround(params.prefix, params.suffix, { prefix: 64, suffix: 64 }, engine.parts.tokenizer);
  const { files: read } = await completionSlots(engine.parts, recent, { ...params, raw, budget: 200 });
  return read.map(file => file.displayPath);
}

describe('complete', () => {
  it('writes with and without slots in memory', async () => {
    const engine = await bench.open();
    const root = bench.workspace('complete', files);
    for (const step of ['nothing compressed', 'compressed']) {
      const { text, milliseconds } = await engine.complete(request(root));
      expect(typeof text, step).toBe('string');
      expect(milliseconds).toBeGreaterThan(0);
      await engine.compress({ workspace: workspaceOf(root) });
    }
  });

  it('says the same thing for the same place', async () => {
    const engine = await bench.open();
    const root = bench.workspace('same', files);
    const greedy = { ...sampling, temperature: 0 };
    const [one, other] = [await engine.complete(request(root, { sampling: greedy })), await engine.complete(request(root, { sampling: greedy }))];
    expect(other.text).toBe(one.text);
  });

  it('fits a file that is longer than the decoder reads', async () => {
    const engine = await bench.open();
    const root = bench.workspace('long', files);
    const long = sourceOf('delta', 400);
    await expect(engine.complete(request(root, { prefix: long, suffix: long }))).resolves.toBeDefined();
    await expect(engine.complete(request(root, { prefix: 'x'.repeat(50_000), suffix: 'y'.repeat(50_000) }))).resolves.toBeDefined();
    await expect(engine.complete(request(root, { prefix: '', suffix: '' }))).resolves.toBeDefined();
  });

  it('gives a request up for the next one, and for an answer', async () => {
    const engine = await bench.open();
    const root = bench.workspace('superseded', files);
    const first = engine.complete(request(root));
    const second = engine.complete(request(root));
    const answer = engine.ask({ workspace: workspaceOf(root), question: 'What?', history: [], mentions: [], sampling });
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    await expect(answer).resolves.toBeDefined();
    await expect(engine.complete(request(root))).resolves.toBeDefined();
  });

  it('leaves what a conversation has read in the cache', async () => {
    const engine = await bench.open();
    const root = bench.workspace('cache', files);
    const turn = { workspace: workspaceOf(root), question: 'What does alpha1 do?', history: [], mentions: [], sampling };
    await engine.ask(turn);
    await engine.complete(request(root));
    const { context } = await engine.ask(turn);
    expect(context.reusedPositions).toBe(context.promptPositions - 1);
  });

  it('is cancelled by its caller', async () => {
    const engine = await bench.open();
    const cancel = new AbortController();
    const completion = engine.complete(request(bench.workspace('cancelled', files)), { signal: cancel.signal });
    cancel.abort();
    await expect(completion).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('the slots of a completion', () => {
  it('come from memory alone, of relevant other files and of the rest of the same one', async () => {
    const engine = await bench.open();
    const root = bench.workspace('slots', files);
    expect(await readBy(engine, request(root))).toEqual([]);
    await engine.compress({ workspace: workspaceOf(root) });
    expect(await readBy(engine, request(root))).toContain('a.ts');
    const own = { file: { path: path.join(root.path, 'a.ts') }, prefix: `${files['a.ts']}export function alpha(value: number) {\n  return al`, suffix: '\n}\n' };
    expect((await readBy(engine, request(root, own))).at(-1)).toBe('a.ts');
  });

  it('never come from a file that has changed or is gone, also when it was listed before', async () => {
    const engine = await bench.open();
    const root = bench.workspace('stale', files);
    await engine.compress({ workspace: workspaceOf(root) });
    const recent = new RecentFiles(engine.parts);
    expect(await readBy(engine, request(root), recent)).toContain('a.ts');
    const unsaved = request(root, { workspace: workspaceOf(root, { openFiles: [{ path: path.join(root.path, 'a.ts'), text: 'not saved' }] }) });
    expect(await readBy(engine, unsaved, recent)).not.toContain('a.ts');
    writeFileSync(path.join(root.path, 'a.ts'), '// alpha is gone\n');
    expect(await readBy(engine, request(root), recent)).not.toContain('a.ts');
    rmSync(path.join(root.path, 'a.ts'));
    expect(await readBy(engine, request(root), recent)).not.toContain('a.ts');
  });
});
