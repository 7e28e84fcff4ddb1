import { execFile, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildScripts } from '../engine/service/engineBuild';
import { EngineBench, sourceOf, tinyCheckpoint } from '../engine/service/support';

/** Writes slowly enough to be interrupted. */
const shippedBundle = path.resolve(import.meta.dirname, '../../../models/shorthand-nano');
const bench = new EngineBench();
let script = '';

beforeAll(async () => {
  script = path.join(await buildScripts('cli'), 'cli.js');
});

/** Runs `shorthand` with the tiny bundle and a store of this file's own. */
function shorthand(...args: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise(resolve => {
    const store = args.includes('--store') ? [] : ['--store', path.join(bench.folder, 'cli.db')];
    execFile(process.execPath, [script, ...args, '--bundle', bench.bundleFolder, ...store], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

describe('shorthand', () => {
  it('compresses a folder, then finds everything known', async () => {
    const root = bench.workspace('cli-compress', { 'a.ts': sourceOf('alpha', 20), 'empty.ts': '' });
    const first = await shorthand('compress', root.path);
    expect(first).toMatchObject({ code: 0, stderr: expect.not.stringContaining('shorthand:') as string });
    expect(first.stdout).toContain('empty.ts: empty');
    expect(first.stdout).toMatch(/1 files, [\d,]+ tokens -> [\d,]+ slots/);
    const second = JSON.parse((await shorthand('compress', root.path, '--json')).stdout) as { windowsEncoded: number; windowsReused: number };
    expect(second.windowsEncoded).toBe(0);
    expect(second.windowsReused).toBeGreaterThan(0);
  });

  it('answers and says what it read', async () => {
    const root = bench.workspace('cli-ask', { 'a.ts': sourceOf('alpha', 8), 'b.ts': sourceOf('beta', 8) });
    const text = await shorthand('ask', 'What does beta2 do?', '--folder', root.path, '--open', path.join(root.path, 'a.ts'), '--max-tokens', '5');
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/read a\.ts:1-\d+ as slots 8x \(open\)/);
    expect(text.stdout).toMatch(/first token after/);
    const json = JSON.parse((await shorthand('ask', 'What?', '--folder', root.path, '--ratio', '16', '--json')).stdout) as { context: { filesKnown: number } };
    expect(json.context.filesKnown).toBe(2);
  });

  it('says what an answer would read, without a store to begin with', async () => {
    const root = bench.workspace('cli-plan', { 'a.ts': sourceOf('alpha', 8), 'b.ts': sourceOf('beta', 8) });
    const named = ['--folder', root.path, '--selection', `${path.join(root.path, 'a.ts')}:6-9`, '--mention', `${path.join(root.path, 'b.ts')}:1-4`];
    const { code, stdout } = await shorthand('plan', 'What does beta2 do?', ...named);
    expect(code).toBe(0);
    expect(stdout).toMatch(/would read a\.ts:6-9 as raw text \(selection\)/);
    expect(stdout).toMatch(/would read b\.ts:1-4 as raw text \(mentioned\)/);
    expect(stdout).toMatch(/of 512 positions, \d+ kept for the answer/);
    const capped = JSON.parse((await shorthand('plan', 'What?', ...named, '--positions', '90', '--json')).stdout) as { promptPositions: number; budget: number };
    expect(capped.promptPositions).toBeLessThanOrEqual(90);
    const asked = await shorthand('ask', 'What?', ...named, '--max-tokens', '2');
    expect(asked.stdout).toMatch(/read a\.ts:6-9 as raw text \(selection\)/);
  });

  it('lists what is in memory of each file, and finds stretches', async () => {
    const root = bench.workspace('cli-memory', { 'a.ts': sourceOf('listed', 8), 'b.ts': sourceOf('found', 8), 'empty.ts': '' });
    expect((await shorthand('memory', root.path)).stdout).toMatch(/none +a\.ts: [\d,]+ tokens, 0 slots at 8x/);
    await shorthand('compress', root.path);
    const { stdout } = await shorthand('memory', root.path, '--pin', path.join(root.path, 'b.ts'));
    expect(stdout).toMatch(/compressed a\.ts: [\d,]+ tokens, [1-9]\d* slots at 8x, [\d,]+ bytes\n/);
    expect(stdout).toMatch(/compressed b\.ts: .*, pinned/);
    expect(stdout).toContain('empty.ts: empty');
    expect(stdout).toMatch(/2 of 2 files compressed/);
    writeFileSync(path.join(root.path, 'a.ts'), sourceOf('changed', 8));
    const listed = JSON.parse((await shorthand('memory', root.path, '--json')).stdout) as { files: { state: string }[] };
    expect(listed.files.map(file => file.state)).toEqual(['stale', 'compressed']);
    const found = await shorthand('search', 'found3', '--folder', root.path, '--limit', '1');
    expect(found.stdout).toMatch(/^b\.ts:\d+-\d+ \(\d+\.\d+\)\n[^]*function found3/);
    expect((await shorthand('search', 'zzz', '--folder', root.path)).stdout).toBe('Nothing matches.\n');
  });

  it('explains a symbol of a file', async () => {
    const root = bench.workspace('cli-explain', { 'a.ts': sourceOf('alpha', 8) });
    const { code, stdout } = await shorthand('explain', path.join(root.path, 'a.ts'), 'alpha3', '--folder', root.path, '--max-tokens', '5');
    expect(code).toBe(0);
    expect(stdout).toMatch(/read a\.ts:16-19 as raw text/);
    const returns = bench.workspace('cli-returns', { 'a.ts': sourceOf('alpha', 8).replaceAll('\n', '\r') });
    const same = await shorthand('explain', path.join(returns.path, 'a.ts'), 'alpha3', '--folder', returns.path, '--max-tokens', '5');
    expect(same.stdout).toMatch(/read a\.ts:16-19 as raw text/);
  });

  it('builds a bundle that it can open', async () => {
    const output = path.join(bench.folder, 'built');
    const built = await shorthand('build', tinyCheckpoint, output, '--encoder', 'fp32', '--decoder', 'int8', '--block', '128', '--json');
    expect(built.code).toBe(0);
    expect(JSON.parse(built.stdout)).toMatchObject({ id: 'tiny', decoder: { quantisation: { kind: 'int8', block: 128 } } });
    expect(JSON.parse(readFileSync(path.join(output, 'bundle.json'), 'utf8'))).toEqual(JSON.parse(built.stdout));
  });

  it('scores continuations behind every kind of context', async () => {
    const windows = [sourceOf('alpha', 3), sourceOf('alpha', 4)];
    const item = { kind: 'continuation', id: 1, file: { path: 'a.ts', windows, wrongWindows: [sourceOf('omega', 3)] }, target: sourceOf('alpha', 1) };
    const file = path.join(bench.folder, 'items.jsonl');
    writeFileSync(file, `${JSON.stringify(item)}\n${JSON.stringify({ ...item, id: 2 })}\n`);
    const { summary, scores } = JSON.parse((await shorthand('eval', file, '--json')).stdout) as { summary: { name: string; nllPerToken: number }[]; scores: { byContext: object }[] };
    expect(scores[0]?.byContext).toEqual(scores[1]?.byContext);
    expect(summary.map(({ name }) => name)).toEqual(['none', 'full', 'slots 4x', "wrong file's slots 4x", 'slots 8x', "wrong file's slots 8x", 'slots 16x', "wrong file's slots 16x"]);
    expect(summary.every(({ nllPerToken }) => nllPerToken > 0)).toBe(true);
  });

  it('prints what there is of an answer that is interrupted, and says so by its status', async () => {
    const root = bench.workspace('cli-interrupt', { 'a.ts': sourceOf('alpha', 8) });
    const child = spawn(process.execPath, [script, 'ask', 'What does alpha2 do?', '--folder', root.path, '--bundle', shippedBundle, '--store', path.join(bench.folder, 'interrupt.db')]);
    let stdout = '';
    child.stdout.setEncoding('utf8').once('data', () => child.kill('SIGINT')).on('data', (text: string) => (stdout += text));
    const code = await new Promise(resolve => child.once('close', resolve));
    expect(code).toBe(130);
    expect(stdout).toContain('first token after');
  });

  it('ends with a status that says what went wrong', async () => {
    const cases: readonly (readonly [number, ...string[]])[] = [
      [2],
      [2, 'frobnicate'],
      [2, 'compress', '--no-such-option'],
      [2, 'compress', '--ratio', '5'],
      [2, 'ask'],
      [2, 'plan'],
      [2, 'search'],
      [2, 'plan', 'x', '--selection', 'a.ts'],
      [2, 'plan', 'x', '--mention', 'a.ts:9-3'],
      [5, 'explain', path.join(bench.folder, 'no-such-file.ts'), 'x'],
      [5, 'compress', path.join(bench.folder, 'no-such-folder')],
      [4, 'compress', bench.folder, '--store', path.join(bench.bundleFolder, 'bundle.json', 'slots.db')],
      [0, '--help'],
    ];
    for (const [expected, ...args] of cases) {
      expect([args, (await shorthand(...args)).code]).toEqual([args, expected]);
    }
    const missing = await new Promise(resolve => {
      execFile(process.execPath, [script, 'compress', bench.folder, '--bundle', '/no/such/bundle'], error => resolve(error?.code));
    });
    expect(missing).toBe(3);
  });
});
