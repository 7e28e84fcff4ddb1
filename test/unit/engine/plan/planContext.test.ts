import { describe, expect, test } from 'vitest';
import { contextReport } from '../../../../src/engine/plan/contextReport';
import type { PlanFile } from '../../../../src/engine/plan/plan';
import { planContext, type PlanRequest } from '../../../../src/engine/plan/planContext';
import { splitTerms } from '../../../../src/engine/plan/terms';
import { planFile } from './planFiles';

// A header of 5 positions, and `cont`: a file with n windows takes 6 + 10 n.
const plan = (files: readonly PlanFile[], question: string, budget: number, change: Partial<PlanRequest> = {}) => planContext({ files, question, budget, headerPositions: () => 5, ...change });
const order = (planned: { readonly files: readonly { readonly displayPath: string }[] }) => planned.files.map(file => file.displayPath);

test('identifiers fall into their parts', () => {
  expect(splitTerms('parseHTTPResponse2 snake_case_ids SlotStore.getMany entries class')).toEqual([
    'parse', 'http', 'response', '2', 'parsehttpresponse2', 'snake', 'case', 'id', 'snake_case_ids', 'slot', 'store', 'slotstore', 'get', 'many', 'getmany', 'entry', 'class',
  ]);
});

describe('preference', () => {
  test('open files in their order, then by relevance, equals by path', () => {
    const files = [
      planFile('z.ts', ['nothing here']),
      planFile('c.ts', ['the rows of a table']),
      planFile('b.ts', ['import x']),
      planFile('a.ts', ['unrelated'], { open: true }),
      planFile('y.ts', ['unrelated'], { open: true }),
      planFile('m.ts', ['evictOldRows(); evictOldRows(); the rows are evicted when the budget is exceeded: eviction']),
    ];
    expect(order(plan(files, 'How does evictOldRows choose which rows go?', 1000))).toEqual(['a.ts', 'y.ts', 'm.ts', 'c.ts', 'b.ts', 'z.ts']);
  });

  test('a path that the question names wins', () => {
    const files = [planFile('src/store/cache.ts', ['class Cache {}']), planFile('src/plan/budget.ts', ['cache cache cache cache']), planFile('test/other.ts', ['x'])];
    expect(order(plan(files, 'What is in src/store/cache.ts?', 1000))[0]).toBe('src/store/cache.ts');
  });

  test('windows may answer different parts of a question', () => {
    const files = [planFile('a.ts', ['token token', 'x', 'y']), planFile('b.ts', ['token', 'budget', 'eviction'])];
    expect(order(plan(files, 'token budget eviction', 1000))).toEqual(['b.ts', 'a.ts']);
  });

  test('does not depend on the order of files that are not open', () => {
    const files = Array.from({ length: 50 }, (_, i) => planFile(`f${i}.ts`, [`export const value${i % 7} = token`, 'rest']));
    const question = 'where is value3';
    expect(plan(files.toReversed(), question, 300)).toEqual(plan(files, question, 300));
  });

  test('a question of common words only still finds its words', () => {
    expect(order(plan([planFile('a.ts', ['set(key)']), planFile('b.ts', ['function get(key) {}'])], 'What does get do?', 20))).toEqual(['b.ts']);
  });
});

describe('budget', () => {
  test('whole files, then parts of a relevant one, and the rest is named', () => {
    const files = [
      planFile('open.ts', ['a', 'b'], { open: true }),
      planFile('big.ts', ['x', 'the slot store', 'y', 'z', 'slot store again, slot store']),
      planFile('idle.ts', ['nothing']),
      planFile('late.ts', ['nothing', 'at all']),
    ];
    const planned = plan(files, 'slot store', 26 + 26 + 16);
    expect(planned.files.map(file => [file.displayPath, file.partial, file.positions, file.windows.map(window => window.firstLine)])).toEqual([
      ['open.ts', false, 26, [1, 21]],
      ['big.ts', true, 36, [1, 21, 81]],
    ]);
    expect(planned.positions).toBe(62);
    expect(planned.leftOut).toEqual([
      { path: '/w/big.ts', displayPath: 'big.ts', tokens: 160 },
      { path: '/w/idle.ts', displayPath: 'idle.ts', tokens: 80 },
      { path: '/w/late.ts', displayPath: 'late.ts', tokens: 160 },
    ]);
  });

  test('a smaller file fills what a larger one leaves', () => {
    const planned = plan([planFile('a.ts', ['x', 'y', 'z']), planFile('b.ts', ['x'])], 'unrelated question', 20);
    expect(order(planned)).toEqual(['b.ts']);
  });

  test('is never exceeded, and every token is read or left out', () => {
    const files = Array.from({ length: 30 }, (_, i) => planFile(`f${i}.ts`, Array.from({ length: 1 + (i % 6) }, (_, j) => `word${i} word${j}`), { open: i % 10 === 0 }));
    const all = files.reduce((sum, file) => sum + 80 * file.windows.length, 0);
    for (let budget = 0; budget < 900; budget += 7) {
      const planned = plan(files, 'word3 word12', budget);
      const report = contextReport(planned, { promptPositions: 0, droppedTurns: 0, reusedPositions: 0, answerPositions: 0, budget });
      expect(planned.positions).toBeLessThanOrEqual(budget);
      expect(planned.files.reduce((sum, file) => sum + file.positions, 0)).toBe(planned.positions);
      expect(report.tokens + planned.leftOut.reduce((sum, file) => sum + file.tokens, 0)).toBe(all);
      expect(report.read.reduce((sum, stretch) => sum + stretch.positions, 0)).toBe(planned.positions);
    }
  });

  test('raw text costs its tokens and no cont', () => {
    const planned = plan([planFile('a.ts', ['x', 'y'], { form: { kind: 'raw' } })], 'q', 1000);
    expect(planned.positions).toBe(5 + 160);
    expect(contextReport(planned, { promptPositions: 200, droppedTurns: 0, reusedPositions: 3, answerPositions: 0, budget: 1000 })).toMatchObject({ slots: 0, tokens: 160, promptPositions: 200, reusedPositions: 3, budget: 1000, filesKnown: 1 });
  });

  test('a file without windows takes nothing', () => {
    expect(plan([planFile('a.ts', [])], 'q', 1000)).toMatchObject({ files: [], leftOut: [], positions: 0, filesKnown: 1 });
  });
});

describe('order between turns', () => {
  const files = ['a', 'b', 'c', 'delta'].map(name => planFile(`${name}.ts`, [`text of ${name}`]));

  test('files of the turn before keep their places, new ones go behind', () => {
    const planned = plan(files, 'the question is about delta', 1000, { previousOrder: ['/w/c.ts', '/w/gone.ts', '/w/b.ts'] });
    expect(order(planned)).toEqual(['c.ts', 'b.ts', 'delta.ts', 'a.ts']);
  });

  test('what changes most stands last: the first files stay', () => {
    const open = files.map((file, i) => ({ ...file, open: i < 2 }));
    expect(order(plan(open, 'delta', 3 * 16))).toEqual(['a.ts', 'b.ts', 'delta.ts']);
    expect(order(plan(open, 'nothing', 3 * 16, { previousOrder: ['/w/a.ts', '/w/b.ts', '/w/delta.ts'] }))).toEqual(['a.ts', 'b.ts', 'c.ts']);
  });
});

test('the report shows stretches of consecutive lines', () => {
  const file = planFile('a.ts', ['x', 'token', 'token', 'y', 'token']);
  const planned = plan([file, planFile('b.ts', ['x'])], 'token', 36);
  const { read } = contextReport(planned, { promptPositions: 0, droppedTurns: 0, reusedPositions: 0, answerPositions: 0, budget: 36 });
  expect(read.map(stretch => [stretch.firstLine, stretch.lastLine, stretch.tokens, stretch.positions, stretch.partial])).toEqual([
    [21, 60, 160, 26, true],
    [81, 100, 80, 10, true],
  ]);
});
