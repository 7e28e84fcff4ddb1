import { expect, it } from 'vitest';
import { readWorkspace } from '../../../../src/engine/service/readWorkspace';
import { similarities } from '../../../../src/engine/service/similarity';
import { EngineBench, sourceOf, workspaceOf } from './support';

const bench = new EngineBench();

/** One function with a long body. */
function functionOf(name: string): string {
  return `export function ${name}(): number {\n${Array.from({ length: 60 }, (_, i) => `  add(budget.row(${i}));\n`).join('')}}\n`;
}

it('compares a question with the slots that are stored, and with nothing else', async () => {
  const engine = await bench.open();
  const workspace = workspaceOf(bench.workspace('similar', { 'a.ts': sourceOf('alpha', 9), 'b.md': 'A text about something else entirely.\n' }));
  const { files } = await readWorkspace(engine.parts, workspace, undefined);
  const requests = files.flatMap(file => file.windows.map(window => ({ window, ratio: 8 as const })));
  const [asked] = requests;
  expect(await similarities(engine.parts, 'alpha', requests, undefined)).toEqual(new Map());
  await engine.compress({ workspace });
  const known = await similarities(engine.parts, asked?.window.text ?? '', requests, undefined);
  expect(known.size).toBe(requests.length);
  expect([...known].sort((a, b) => b[1] - a[1])[0]?.[0]).toBe(asked?.window.hash);
  expect(known.get(asked?.window.hash ?? '')).toBeCloseTo(1, 2);
  expect(await similarities(engine.parts, '', requests, undefined)).toEqual(new Map());
});

it('shows the declarations of a relevant file that does not fit', async () => {
  const engine = await bench.open();
  const root = bench.workspace('outlines', Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`f${i}.ts`, functionOf(`budgetRow${i}`)])));
  const report = await engine.plan({ workspace: workspaceOf(root), question: 'Where is the budget of a row?', history: [], mentions: [], maxTokens: 20 });
  const outlines = report.read.filter(({ form }) => form.kind === 'skeleton');
  expect(outlines.length).toBeGreaterThan(0);
  for (const { path, reason, tokens, positions, partial } of outlines) {
    expect([reason, partial]).toEqual(['relevant', true]);
    expect(tokens).toBeLessThan(positions);
    expect(report.leftOut.some(file => file.path === path)).toBe(true);
  }
  expect(report.promptPositions).toBeLessThanOrEqual(512);
});
