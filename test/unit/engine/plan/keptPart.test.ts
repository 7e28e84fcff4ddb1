import { describe, expect, test } from 'vitest';
import type { Plan, PlanFile } from '../../../../src/engine/plan/plan';
import { planContext, type PlanRequest } from '../../../../src/engine/plan/planContext';
import { plain, planFile, planWindow } from './planFiles';

const names = 'alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec romeo sierra tango'.split(' ');
const files = names.map(name => planFile(`${name}.ts`, [`${name} here`, `more of ${name}`, 'x']));
// A file whole takes 36 positions at 8x: some of the twenty fit.
const ask = (question: string, before?: Plan, change: Partial<PlanRequest> = {}) =>
  planContext({ ...plain, files, question, budget: 500, headerPositions: () => 5, previous: { base: before?.base ?? [], followUp: before !== undefined }, ...change });
const change = (name: string, to: Partial<PlanFile>) => files.map(file => (file.displayPath === `${name}.ts` ? { ...file, ...to } : file));
/** Each entry as `path form@line`, the base or all. */
const layout = (entries: Plan['base'] | Plan['files']) =>
  entries.map(entry => `${'file' in entry ? entry.file.displayPath : entry.displayPath} ${entry.pieces.map(({ form, window }) => `${form.kind === 'slots' ? `${form.ratio}x` : form.kind}@${window.firstLine}`).join(' ')}`);
const without = (entries: readonly string[], name: string) => entries.filter(entry => !entry.startsWith(`${name}.ts `));

const first = ask('hotel delta');
const base = layout(first.base);

describe('a question that goes on with the conversation', () => {
  test('keeps the base, whatever it asks about, and reads what it is about near it', () => {
    const second = ask('what of mike', first);
    expect(layout(second.base).slice(0, base.length)).toEqual(base);
    expect(layout(second.files)).toContain('mike.ts raw@1 4x@21 8x@41');
    // The next turn keeps the same, and what filled the rest.
    expect(layout(ask('what of november', second).base).slice(0, second.base.length - 1)).toEqual(layout(second.base).slice(0, -1));
    expect(layout(ask('what of mike').base)).not.toEqual(layout(second.base));
  });

  test('reads the next windows that match too, where the kept base does not hold them', () => {
    const many = [...files, ...Array.from({ length: 20 }, (_, i) => planFile(`z${i}.ts`, [`zulu ${'word '.repeat(i)}`]))];
    const second = ask('what of zulu', ask('delta hotel', undefined, { files: many }), { files: many, budget: 1000 });
    const near = layout(second.files.slice(second.base.length));
    expect(near.filter(entry => entry.includes('raw'))).toEqual(['z0.ts raw@1']);
    expect(near.filter(entry => entry.includes(' 4x'))).toHaveLength(4);
    expect(near.filter(entry => entry.includes(' 8x')).length).toBeGreaterThan(4);
    // All of it is in the kept base: nothing more is read near the question.
    const third = ask('what of delta', first);
    expect(layout(third.files.slice(third.base.length))).toEqual(['delta.ts raw@1 4x@21']);
  });

  test('says why a kept file is read now, not why it was read then', () => {
    const reasons = new Map(ask('what of mike', first).base.map(({ file, pieces }) => [file.displayPath, pieces[0]?.reason]));
    expect(first.base.find(({ file }) => file.displayPath === 'hotel.ts')?.pieces[0]?.reason).toBe('relevant');
    expect(reasons.get('hotel.ts')).toBe('fits');
  });

  test('the last entries make room when the near part takes more', () => {
    const wide = ask('what of mike', first, { named: [{ reason: 'mentioned', file: planFile('papa.ts', ['papa here', 'more of papa']) }] });
    const kept = layout(wide.base).filter(entry => base.includes(entry));
    expect(kept.length).toBeLessThan(base.length);
    expect(kept).toEqual(base.slice(0, kept.length));
    expect(wide.positions).toBeLessThanOrEqual(500);
  });

  test.each<[string, readonly PlanFile[]]>([
    ['is gone or no longer allowed', files.filter(file => file.displayPath !== 'delta.ts')],
    ['has changed', change('delta', { windows: [planWindow('new', 'another text', 0)] })],
    ['has another ratio', change('delta', { ratio: 4 })],
  ])('a file that %s is not kept as it was', (_, now) => {
    const second = ask('what of mike', first, { files: now });
    expect(base.some(entry => entry.startsWith('delta.ts'))).toBe(true);
    const kept = without(base, 'delta');
    expect(layout(second.base).slice(0, kept.length - 1)).toEqual(kept.slice(0, -1));
    expect(layout(second.base)).not.toContain(base.find(entry => entry.startsWith('delta.ts')));
  });

  test('text that has moved to other lines is kept, at those', () => {
    const moved = files.map(file => ({ ...file, windows: file.windows.map(window => ({ ...window, firstLine: window.firstLine + 1, lastLine: window.lastLine + 1 })) }));
    const [entry] = ask('what of mike', first, { files: moved }).base;
    expect(entry?.file.displayPath).toBe(first.base[0]?.file.displayPath);
    expect(entry?.pieces.map(({ window }) => window.firstLine)).toEqual([2, 22, 42]);
  });

  test('what is pinned since comes before what is kept', () => {
    const second = ask('what of mike', first, { files: change('sierra', { pinned: true }) });
    expect(layout(second.base)).toContain('sierra.ts 8x@1 8x@21 8x@41');
    const kept = layout(second.base).filter(entry => base.includes(entry));
    expect(layout(second.base).slice(0, kept.length)).toEqual(kept);
  });

  test('an outline is kept while the file has it', () => {
    const large = names.map(name => planFile(`${name}.ts`, Array.from({ length: 4 }, (_, i) => `budget ${name} ${i}`)));
    const skeleton = (file: PlanFile) => [planWindow(`outline of ${file.path}`, '', 0, 4)];
    const outlined = ask('budget', undefined, { files: large, skeleton });
    const outlines = (plan: Plan) => plan.base.filter(({ pieces }) => pieces.some(({ form }) => form.kind === 'skeleton')).map(({ file }) => file.path);
    expect(outlines(outlined).length).toBeGreaterThan(0);
    expect(outlines(ask('what of mike', outlined, { files: large, skeleton }))).toEqual(expect.arrayContaining(outlines(outlined).slice(0, 1)));
    expect(outlines(ask('what of mike', outlined, { files: large }))).toEqual([]);
  });

  test('the same turns give the same plan', () => {
    expect(ask('what of mike', first)).toEqual(ask('what of mike', ask('hotel delta'), { files: [...files].reverse() }));
  });
});

test('another conversation has a base of its own', () => {
  const other = ask('what of mike', first, { previous: { base: first.base, followUp: false } });
  expect(new Set(layout(other.base))).toEqual(new Set(layout(ask('what of mike').base)));
});
