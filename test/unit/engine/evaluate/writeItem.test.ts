import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseItems, type WrittenItem } from '../../../../src/engine/evaluate/items';
import { writeItem } from '../../../../src/engine/evaluate/writeItem';
import type { Engine } from '../../../../src/engine/service/engine';
import { openEngine } from '../../../../src/engine/service/openEngine';

const folder = mkdtempSync(path.join(tmpdir(), 'shorthand-evaluate-'));
let engine: Engine;

beforeAll(async () => {
  engine = await openEngine({
    bundleFolder: path.resolve(import.meta.dirname, '../../../../models/shorthand-nano'),
    storeFile: path.join(folder, 'slots.db'),
    storeBudgetBytes: 2 ** 24,
    threads: 1,
    positions: 0,
    provider: 'cpu',
  });
}, 60_000);

afterAll(() => {
  engine.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const window = 'export function clamp(value: number): number {\n  return Math.max(0, Math.min(10, value));\n}\n';
const file = { path: 'src/clamp.ts', windows: [window], wrongWindows: ['const port = 8080;\n'] };
const items = [
  { kind: 'question', id: 1, about: 'signature', files: [file, file], question: 'What is the signature of `clamp`?', answer: '`function clamp(value: number): number`', expected: { slots8: 'a' } },
  { kind: 'nextLine', id: 2, file, open: 'src/main.ts', before: "import { clamp } from './clamp';\n\nexport function run(): void {", line: 'clamp(3);' },
  { kind: 'reconstruction', id: 3, file },
];

function item(index: number): WrittenItem {
  const parsed = parseItems(JSON.stringify(items[index]))[0];
  if (parsed === undefined || parsed.kind === 'continuation') {
    throw new Error('No item that is written.');
  }
  return parsed;
}

const contexts = ['none', 'full', 'slots 4x', 'slots 8x', "wrong file's slots 8x", 'slots 16x'];

it('answers behind every kind of context, with what training wrote beside it', async () => {
  const { reference, written } = await writeItem(engine.parts, item(0), AbortSignal.timeout(60_000));
  expect(reference).toContain('function clamp');
  expect(written.map(({ context }) => context)).toEqual(contexts);
  expect(written.map(({ training }) => training)).toEqual([undefined, undefined, undefined, 'a', undefined, undefined]);
  expect(new Set(written.map(({ text }) => text)).size).toBeGreaterThan(1);
}, 60_000);

it('goes on with one line', async () => {
  const { written } = await writeItem(engine.parts, item(1), AbortSignal.timeout(60_000));
  expect(written.map(({ context }) => context)).toEqual(contexts);
  for (const { text } of written) {
    expect(text).toBe(text.trim());
    expect(text).not.toContain('\n');
  }
  expect(written.some(({ text }) => text !== '')).toBe(true);
}, 60_000);

it('says a window again from slots alone, no longer than it is', async () => {
  const { reference, written } = await writeItem(engine.parts, item(2), AbortSignal.timeout(60_000));
  expect(reference).toBe(window);
  expect(written.map(({ context }) => context)).toEqual(contexts.filter(name => name !== 'full'));
  const most = engine.parts.tokenizer.encode(window).length;
  expect(written.every(({ text }) => engine.parts.tokenizer.encode(text).length <= most + 1)).toBe(true);
}, 60_000);

it('is cancelled between contexts', async () => {
  await expect(writeItem(engine.parts, item(0), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
});
