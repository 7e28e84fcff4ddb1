import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AnswerProgress } from '../../../../src/common/context';
import type { AskParams } from '../../../../src/common/engineProtocol';
import { Engine } from '../../../../src/engine/service/engine';
import { SlotStore } from '../../../../src/engine/slots/slotStore';
import { EngineBench, sampling, sourceOf, workspaceOf } from './support';

const bench = new EngineBench();
const turn: Pick<AskParams, 'history' | 'mentions' | 'sampling'> = { history: [], mentions: [], sampling };

describe('ask', () => {
  it('answers from slots of a workspace that was never compressed, and says what it read', async () => {
    const engine = await bench.open();
    const root = bench.workspace('fresh', { 'a.ts': sourceOf('alpha', 6), 'b.ts': sourceOf('beta', 6) });
    const phases: AnswerProgress['phase'][] = [];
    const answer = await engine.ask(
      { ...turn, question: 'What does beta3 do?', workspace: workspaceOf(root) },
      { progress: state => phases.push(state.phase) },
    );
    expect(answer.generatedTokens).toBeGreaterThan(0);
    expect(new Set(answer.context.read.map(file => file.displayPath))).toEqual(new Set(['b.ts', 'a.ts']));
    expect(answer.context.read[0]).toMatchObject({ displayPath: 'b.ts', reason: 'relevant' });
    expect(answer.context).toMatchObject({ leftOut: [], filesKnown: 2, budget: 512 });
    expect(answer.context.promptPositions).toBeLessThan(answer.context.tokens);
    expect(new Set(phases)).toEqual(new Set(['planning', 'compressing', 'reading', 'writing']));
    expect(phases.indexOf('planning')).toBe(0);
    expect(answer.timings.firstTokenMs).toBeGreaterThanOrEqual(answer.timings.compressMs);
    // What the answer needed is now known.
    expect(await engine.compress({ workspace: workspaceOf(root) })).toMatchObject({ windowsEncoded: 0 });
  });

  it('counts files that have their slots already when it compresses the others', async () => {
    const engine = await bench.open();
    const root = bench.workspace('counted', { 'a.ts': sourceOf('alpha', 6), 'b.ts': sourceOf('beta', 6) });
    const { windowsEncoded } = await engine.compress({ workspace: workspaceOf(root) });
    writeFileSync(path.join(root.path, 'b.ts'), `${sourceOf('beta', 6)}// more\n`);
    const counts: string[] = [];
    const progress = (state: AnswerProgress): unknown => state.phase === 'compressing' && counts.push(`${state.filesDone}/${state.filesTotal}`);
    await engine.ask({ ...turn, question: 'What does beta3 do?', workspace: workspaceOf(root) }, { progress });
    expect(windowsEncoded).toBeGreaterThan(2);
    expect([...new Set(counts)]).toEqual(['1/2', '2/2']);
  });

  it('puts open files first and names what did not fit', async () => {
    const engine = await bench.open();
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`f${i}.ts`, sourceOf(`name${i}x`, 12)]));
    const root = bench.workspace('crowded', files);
    const open = [{ path: path.join(root.path, 'f9.ts') }, { path: path.join(root.path, 'f2.ts') }];
    const { context } = await engine.ask({ ...turn, question: 'What does name5x3 do?', workspace: workspaceOf(root, { openFiles: open }) });
    expect(context.read.map(file => file.displayPath).slice(0, 2)).toEqual(['f9.ts', 'f2.ts']);
    const read = new Set(context.read.map(file => file.displayPath));
    const named = new Set([...read, ...context.leftOut.map(file => file.displayPath)]);
    expect(context.leftOut.length).toBeGreaterThan(0);
    expect(named).toEqual(new Set(Object.keys(files)));
    expect(context.promptPositions).toBeLessThanOrEqual(512);
  });

  it('reads the text as it is now: changed, unsaved, deleted', async () => {
    const engine = await bench.open();
    const root = bench.workspace('stale', { 'a.ts': sourceOf('old', 4), 'b.ts': sourceOf('other', 4) });
    const file = path.join(root.path, 'a.ts');
    const ask = async (openFiles: readonly { path: string; text?: string }[] = []) =>
      (await engine.ask({ ...turn, question: 'What is in a.ts?', workspace: workspaceOf(root, { openFiles: [...openFiles] }) })).context;
    const before = (await ask()).read.find(({ path: read }) => read === file);
    writeFileSync(file, sourceOf('fresher', 9));
    const after = (await ask()).read.find(({ path: read }) => read === file);
    expect(after?.lastLine).toBeGreaterThan(before?.lastLine ?? Infinity);
    const unsaved = (await ask([{ path: file, text: sourceOf('typed', 2) }])).read.find(({ path: read }) => read === file);
    expect(unsaved?.lastLine).toBeLessThan(before?.lastLine ?? 0);
    rmSync(file);
    expect((await ask()).read.map(({ displayPath }) => displayPath)).toEqual(['b.ts']);
  });

  it('reads only what is new in the next turn', async () => {
    const engine = await bench.open();
    const root = bench.workspace('turns', { 'a.ts': sourceOf('alpha', 8), 'b.ts': sourceOf('beta', 8) });
    const first = await engine.ask({ ...turn, question: 'What does alpha1 do?', workspace: workspaceOf(root) });
    const second = await engine.ask({
      ...turn,
      question: 'And beta2?',
      history: [{ question: 'What does alpha1 do?', answer: first.text }],
      workspace: workspaceOf(root),
    });
    expect(first.context.reusedPositions).toBe(0);
    expect(second.context.leftOut).toEqual(first.context.leftOut);
    expect(second.context.reusedPositions).toBeGreaterThan(first.context.promptPositions / 2);
  });

  it('gives the same answer to the same question', async () => {
    const engine = await bench.open();
    const root = bench.workspace('same', { 'a.ts': sourceOf('alpha', 8) });
    const ask = async () => (await engine.ask({ ...turn, question: 'What is this?', workspace: workspaceOf(root) })).text;
    const first = await ask();
    expect(first).not.toBe('');
    expect(await ask()).toBe(first);
  });

  it('answers when the disk is full, and says so once', async () => {
    const { parts } = await bench.open();
    const warnings: string[] = [];
    const store = new SlotStore(path.join(bench.folder, 'full.db'), { budgetBytes: 1e9, maxPages: 14 });
    const engine = new Engine({ ...parts, store, warn: line => warnings.push(line) }, store);
    const root = bench.workspace('full', { 'a.ts': sourceOf('alpha', 40), 'b.ts': sourceOf('beta', 40) });
    await expect(engine.compress({ workspace: workspaceOf(root) })).rejects.toMatchObject({ code: 'disk-full' });
    const answer = await engine.ask({ ...turn, question: 'What does beta3 do?', workspace: workspaceOf(root) });
    expect(answer.context.slots).toBeGreaterThan(0);
    expect(warnings[0]).toContain('Answers work');
    expect((await engine.files(workspaceOf(root))).files).toHaveLength(2);
    engine.dispose();
  });

  it('keeps a selection and mentions near the question, in the form that fits', async () => {
    const engine = await bench.open();
    const root = bench.workspace('pointed', { 'a.ts': sourceOf('alpha', 9), 'b.ts': sourceOf('beta', 2), 'c.ts': sourceOf('gamma', 9) });
    const at = (name: string) => path.join(root.path, name);
    const { context } = await engine.ask({
      ...turn,
      question: 'Why?',
      workspace: workspaceOf(root, { openFiles: [{ path: at('a.ts') }] }),
      selection: { path: at('a.ts'), firstLine: 7, lastLine: 9 },
      mentions: [{ path: at('b.ts') }, { path: at('c.ts'), lines: { firstLine: 11, lastLine: 14 } }, { path: at('gone.ts') }],
    });
    expect(context.read.slice(0, 3).map(({ displayPath, form, reason, firstLine, lastLine }) => [displayPath, form.kind, reason, firstLine, lastLine])).toEqual([
      ['a.ts', 'raw', 'selection', 7, 9],
      ['b.ts', 'raw', 'mentioned', 1, 10],
      ['c.ts', 'raw', 'mentioned', 11, 14],
    ]);
    expect(context.promptPositions).toBeLessThanOrEqual(512);
  });

  it('follows what the user decided for files', async () => {
    const engine = await bench.open();
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`f${String(i).padStart(2, '0')}.ts`, sourceOf(`name${i}x`, 6)]));
    const root = bench.workspace('decided', files);
    const rules = [{ path: path.join(root.path, 'f11.ts'), pinned: true, ratio: 16 as const }];
    const { read } = (await engine.ask({ ...turn, question: 'Why?', workspace: workspaceOf(root, { rules }) })).context;
    expect(read[0]).toMatchObject({ displayPath: 'f11.ts', reason: 'pinned', form: { kind: 'slots', ratio: 16 }, partial: false });
  });

  it('stops when it is cancelled, and refuses a question that does not fit', async () => {
    const engine = await bench.open();
    const root = bench.workspace('stop', { 'a.ts': sourceOf('alpha', 8) });
    const cancel = new AbortController();
    const run = engine.ask(
      { ...turn, question: 'Why?', workspace: workspaceOf(root), sampling: { ...sampling, maxTokens: 500 } },
      { signal: cancel.signal, progress: state => state.phase === 'writing' && cancel.abort() },
    );
    await expect(run).resolves.toMatchObject({ stopReason: 'cancelled' });
    await expect(engine.ask({ ...turn, question: 'why '.repeat(600), workspace: workspaceOf(root) })).rejects.toMatchObject({ code: 'prompt-too-long' });
  });
});

describe('explain', () => {
  it('reads the symbol as raw text next to the question and the rest as slots', async () => {
    const engine = await bench.open();
    const root = bench.workspace('explain', { 'a.ts': sourceOf('alpha', 30), 'b.ts': sourceOf('beta', 4) });
    const file = { path: path.join(root.path, 'a.ts') };
    const answer = await engine.explain({ workspace: workspaceOf(root), file, symbol: 'alpha2', firstLine: 11, lastLine: 14, sampling });
    const symbol = answer.context.read.find(({ reason }) => reason === 'symbol');
    expect(symbol).toMatchObject({ displayPath: 'a.ts', form: { kind: 'raw' }, firstLine: 11, lastLine: 14 });
    expect(answer.context.read.some(({ displayPath, form }) => displayPath === 'a.ts' && form.kind === 'slots')).toBe(true);
  });

  it('counts lines as the editor does, whatever ends them', async () => {
    const engine = await bench.open();
    const root = bench.workspace('returns', { 'a.ts': sourceOf('alpha', 4).replaceAll('\n', '\r') });
    const file = { path: path.join(root.path, 'a.ts') };
    const answer = await engine.explain({ workspace: workspaceOf(root), file, symbol: 'alpha2', firstLine: 11, lastLine: 14, sampling });
    expect(answer.context.read.find(({ reason }) => reason === 'symbol')).toMatchObject({ form: { kind: 'raw' }, firstLine: 11, lastLine: 14 });
  });

  it('says when there is nothing to explain', async () => {
    const engine = await bench.open();
    const root = bench.workspace('blank', { 'a.ts': `\n\n\n${sourceOf('alpha', 1)}` });
    const request = { workspace: workspaceOf(root), symbol: 'x', firstLine: 1, lastLine: 2, sampling } as const;
    await expect(engine.explain({ ...request, file: { path: path.join(root.path, 'a.ts') } })).rejects.toMatchObject({ code: 'nothing-to-read' });
    await expect(engine.explain({ ...request, file: { path: path.join(root.path, 'gone.ts') } })).rejects.toMatchObject({ code: 'nothing-to-read' });
  });
});
