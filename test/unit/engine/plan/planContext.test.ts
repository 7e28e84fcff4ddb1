import { describe, expect, test } from 'vitest';
import { contextReport } from '../../../../src/engine/plan/contextReport';
import { filePositions, type NamedStretch, type Plan, type PlanFile, type SlotFacts } from '../../../../src/engine/plan/plan';
import { planContext, type PlanRequest } from '../../../../src/engine/plan/planContext';
import { slotFrames } from '../../../../src/engine/plan/slotFrame';
import { splitTerms } from '../../../../src/engine/plan/terms';
import { plain, planFile, planWindow } from './planFiles';

// A header of 5 positions, and `cont`: a file with n windows takes 6 + 10 n at 8x, 5 + 80 n as text.
const plan = (files: readonly PlanFile[], question: string, budget: number, change: Partial<PlanRequest> = {}) =>
  planContext({ ...plain, files, question, budget, headerPositions: () => 5, ...change });
const report = (planned: Plan) => contextReport(planned, { promptPositions: 0, droppedTurns: 0, reusedPositions: 0, answerPositions: 0, budget: 0 });
/** Each entry of the prompt as `path form:reason@lines`, form by form. */
const layout = (planned: Plan) =>
  planned.files.map(file => `${file.displayPath} ${file.pieces.map(({ form, reason, window }) => `${form.kind === 'slots' ? `${form.ratio}x` : form.kind}:${reason}@${window.firstLine}`).join(' ')}`);
const order = (planned: Plan) => [...new Set(planned.files.filter(file => file.pieces.some(piece => piece.form.kind === 'slots')).map(file => file.displayPath))];
/** No encoder. */
const textAlone: SlotFacts = { ratios: [], count: tokens => tokens, stored: () => undefined, meanFidelity: () => undefined, frame: { before: [], after: [], run: [], recall: [] } };
/** Nothing is retrieved: the words of the question stand in no text. */
const nothing = 'zzz';
const stored = (known: Readonly<Record<string, number | undefined>>): SlotFacts => ({
  ...plain.slots,
  stored: (hash, ratio) => (`${hash}/${ratio}` in known ? { fidelity: known[`${hash}/${ratio}`] } : undefined),
  meanFidelity: () => 0.4,
});

test('identifiers fall into their parts', () => {
  expect(splitTerms('parseHTTPResponse2 snake_case_ids SlotStore.getMany entries class')).toEqual([
    'parse', 'http', 'response', '2', 'parsehttpresponse2', 'snake', 'case', 'id', 'snake_case_ids', 'slot', 'store', 'slotstore', 'get', 'many', 'getmany', 'entry', 'class',
  ]);
});

describe('the base', () => {
  test('pinned files, then open ones in their order, then by relevance, equals by path', () => {
    const files = [
      planFile('y.ts', ['unrelated', 'text'], { open: true }),
      planFile('c.ts', ['the rows of a table']),
      planFile('b.ts', ['import x']),
      planFile('p.ts', ['unrelated'], { pinned: true }),
      planFile('m.ts', ['evictOldRows(); evictOldRows(); the rows are evicted when the budget is exceeded: eviction']),
    ];
    const planned = plan(files, 'How does evictOldRows choose which rows go?', 160);
    expect(order(planned)).toEqual(['p.ts', 'y.ts', 'm.ts', 'c.ts', 'b.ts']);
    expect(report(planned).read.map(file => `${file.displayPath} ${file.reason}`)).toEqual(['p.ts pinned', 'y.ts open', 'm.ts relevant', 'c.ts relevant', 'm.ts relevant', 'b.ts fits']);
  });

  test('a path that the question names wins', () => {
    const files = [planFile('src/store/cache.ts', ['class Cache {}']), planFile('src/plan/budget.ts', ['cache cache cache cache']), planFile('test/other.ts', ['x'])];
    expect(order(plan(files, 'What is in src/store/cache.ts?', 60))[0]).toBe('src/store/cache.ts');
  });

  test('windows may answer different parts of a question', () => {
    const files = [planFile('a.ts', ['token token', 'x', 'y']), planFile('b.ts', ['token', 'budget', 'eviction'])];
    expect(order(plan(files, 'token budget eviction', 80))[0]).toBe('b.ts');
  });

  test('takes matching windows of a relevant file that does not fit, and names the rest', () => {
    const files = [planFile('big.ts', ['x', 'the slot store', 'y', 'z', 'slot store again, slot store']), planFile('idle.ts', ['nothing'])];
    const planned = plan(files, 'slot store', 30);
    expect(layout(planned)).toEqual(['big.ts 8x:relevant@21 8x:relevant@81']);
    expect(planned.positions).toBe(26);
    expect(planned.leftOut).toEqual([
      { path: '/w/big.ts', displayPath: 'big.ts', tokens: 240 },
      { path: '/w/idle.ts', displayPath: 'idle.ts', tokens: 80 },
    ]);
    expect(report(planned).read.map(({ partial, firstLine, lastLine, positions }) => [partial, firstLine, lastLine, positions])).toEqual([[true, 21, 40, 15], [true, 81, 100, 11]]);
  });

  test('a smaller file fills what a larger one leaves', () => {
    expect(order(plan([planFile('a.ts', ['x', 'y', 'z', 'x', 'y', 'z']), planFile('b.ts', ['x'])], nothing, 20))).toEqual(['b.ts']);
  });

  test('what nothing speaks for enters at the coarsest ratio when not all of it fits', () => {
    const files = Array.from({ length: 10 }, (_, i) => planFile(`f${i}.ts`, ['x', 'y']));
    const fits = layout(plan(files, nothing, 260));
    expect(fits).toHaveLength(10);
    expect(fits[0]).toBe('f0.ts 8x:fits@1 8x:fits@21');
    const crowded = plan(files, nothing, 150);
    expect(layout(crowded)[0]).toBe('f0.ts 16x:fits@1 16x:fits@21');
    // Sixteen windows may be encoded for it, those of eight files.
    expect(crowded.files.map(file => file.positions)).toEqual(Array.from({ length: 8 }, () => 16));
  });

  test('a relevant file of which nothing fits leaves a skeleton', () => {
    const texts = (name: string) => [`${name} budget`, `${name} budget`, `${name} budget`];
    const files = Array.from({ length: 12 }, (_, i) => planFile(`f${i}.ts`, texts(`w${i}`)));
    const skeleton = (file: PlanFile) => [planWindow(`skeleton of ${file.path}`, '', 0, 4)];
    const planned = plan(files, 'budget', 160, { skeleton });
    expect(layout(planned).filter(entry => entry.includes('skeleton')).length).toBeGreaterThan(0);
    const outlined = planned.files.filter(file => file.pieces.some(piece => piece.form.kind === 'skeleton'));
    outlined.forEach(file => expect(planned.leftOut).toContainEqual({ path: file.path, displayPath: file.displayPath, tokens: 236 }));
    expect(planned.positions).toBeLessThanOrEqual(160);
  });
});

describe('near the question', () => {
  const file = planFile('a.ts', ['x', 'y', 'z']);
  const selection = (tokens: number, change: Partial<NamedStretch> = {}): NamedStretch => ({
    reason: 'selection',
    file,
    lines: { firstLine: 25, lastLine: 30, windows: [{ ...planWindow('selected', '', 0, tokens), firstLine: 25, lastLine: 30 }] },
    ...change,
  });

  test('the selection stands last, as text, and the base is what it is without it', () => {
    const planned = plan([file, planFile('b.ts', ['q'])], nothing, 1000, { named: [selection(12)] });
    expect(layout(planned)).toEqual(['a.ts 8x:fits@1 8x:fits@21 8x:fits@41', 'b.ts 8x:fits@1', 'a.ts raw:selection@25']);
    expect(report(planned).read[0]).toMatchObject({ reason: 'selection', firstLine: 25, lastLine: 30, positions: 17 });
  });

  test('a selection that is too long enters as slots, the finest ratio that fits first', () => {
    expect(layout(plan([file], nothing, 40, { named: [selection(70)] }))).toContain('a.ts 4x:selection@21');
    expect(layout(plan([file], nothing, 20, { named: [selection(70)] }))).toContain('a.ts 8x:selection@21');
  });

  test('the selection is the first to be kept, whatever else is wanted', () => {
    const others = Array.from({ length: 6 }, (_, i) => planFile(`o${i}.ts`, ['token', 'token'], { open: true, pinned: i > 3 }));
    for (let budget = 17; budget < 400; budget += 13) {
      const planned = plan([...others, file], 'token', budget, { named: [selection(12), { reason: 'mentioned', file: planFile('o1.ts', ['token', 'token']) }] });
      expect(layout(planned)).toContain('a.ts raw:selection@25');
    }
  });

  test('a mention is text within its share, else slots', () => {
    const named: readonly NamedStretch[] = [{ reason: 'mentioned', file }];
    expect(layout(plan([file], nothing, 600, { named })).at(-1)).toBe('a.ts raw:mentioned@1 raw:mentioned@21 raw:mentioned@41');
    expect(layout(plan([file], nothing, 150, { named })).at(-1)).toBe('a.ts 4x:mentioned@1 4x:mentioned@21 4x:mentioned@41');
    expect(layout(plan([file], nothing, 50, { named })).at(-1)).toBe('a.ts 8x:mentioned@1 8x:mentioned@21 8x:mentioned@41');
    expect(layout(plan([file], nothing, 30, { named }))).toEqual(['a.ts 8x:mentioned@1 8x:mentioned@21']);
  });

  test('the active editor is text when it is small, else its best window is; others are finer slots when they are small', () => {
    const files = [planFile('active.ts', ['x', 'the token'], { open: true }), planFile('other.ts', ['z'], { open: true })];
    expect(layout(plan(files, nothing, 1000))).toEqual(['active.ts raw:open@1 raw:open@21', 'other.ts 4x:open@1']);
    expect(layout(plan(files, 'token', 400))).toEqual(['active.ts 8x:open@1 8x:open@21', 'active.ts raw:open@21', 'other.ts 4x:open@1']);
    expect(layout(plan(files, nothing, 60))).toEqual(['active.ts 8x:open@1 8x:open@21', 'other.ts 8x:open@1']);
  });

  test('the best window of the workspace is text, the next ones are fine, and slots decide where words do not', () => {
    const files = [planFile('a.ts', ['token token token', 'x']), planFile('b.ts', ['a token', 'y', 'similar'])];
    expect(layout(plan(files, 'token', 1000)).slice(2)).toEqual(['a.ts raw:relevant@1', 'b.ts 4x:relevant@1']);
    const similarity = new Map([['b.ts#2', 0.9], ['a.ts#1', -0.5]]);
    expect(layout(plan(files, 'token', 1000, { similarity })).slice(2)).toEqual(['a.ts raw:relevant@1', 'b.ts 4x:relevant@1 4x:relevant@41']);
  });

  test('a ratio that nothing is stored at is used for a few windows only', () => {
    const texts = Array.from({ length: 30 }, () => 'x');
    const long = planFile('long.ts', texts);
    const named: readonly NamedStretch[] = [{ reason: 'mentioned', file: long }];
    const ratios = (slots: SlotFacts) => plan([long], nothing, 2000, { named, slots }).files.at(-1)?.pieces.map(({ form }) => (form.kind === 'slots' ? form.ratio : form.kind)) ?? [];
    expect(ratios(plain.slots).filter(ratio => ratio === 4)).toHaveLength(16);
    expect(ratios(stored(Object.fromEntries(texts.map((_, i) => [`long.ts#${i}/4`, 0.5]))))).toEqual(texts.map(() => 4));
  });

  test('a window that is shorter as text enters as text', () => {
    const short = { ...planFile('short.ts', ['x', 'y']), windows: [planWindow('short.ts#0', 'x', 0), planWindow('short.ts#1', 'y', 1, 11)] };
    // As PCC: as many slots for every window.
    const slots: SlotFacts = { ...plain.slots, count: (_, ratio) => 80 / ratio, frame: slotFrames.pcc };
    expect(layout(plan([short], nothing, 1000, { slots }))).toEqual(['short.ts 8x:fits@1 raw:fits@21']);
    expect(layout(plan([short], nothing, 1000))).toEqual(['short.ts 8x:fits@1 8x:fits@21']);
  });

  test('a window that does not survive enters finer, as text where nothing is finer', () => {
    const slots = stored({ 'a.ts#0/8': 0.01, 'a.ts#1/8': 0.9, 'a.ts#2/8': 0.05, 'a.ts#2/4': 0.05 });
    expect(layout(plan([file], nothing, 1000, { slots }))).toEqual(['a.ts 4x:fits@1 8x:fits@21 4x:fits@41']);
    const lost = stored({ 'a.ts#0/4': 0.01 });
    expect(layout(plan([{ ...file, ratio: 4 }], nothing, 1000, { slots: lost }))).toEqual(['a.ts raw:fits@1 4x:fits@21 4x:fits@41']);
  });
});

describe('without an encoder', () => {
  const files = [
    planFile('a.ts', ['the token bucket', 'unrelated', 'token token bucket']),
    planFile('b.ts', ['bucket', 'x', 'y']),
    planFile('c.ts', ['nothing', 'of', 'it']),
  ];

  test('what matches stands near the question as text, and no window twice', () => {
    const planned = plan(files, 'token bucket', 2000, { slots: textAlone });
    expect(layout(planned)).toEqual(['a.ts raw:relevant@21', 'b.ts raw:relevant@21 raw:relevant@41', 'c.ts raw:fits@1 raw:fits@21 raw:fits@41', 'a.ts raw:relevant@1 raw:relevant@41', 'b.ts raw:relevant@1']);
    expect(planned.leftOut).toEqual([]);
    expect(report(planned).slots).toBe(0);
  });

  test('what goes on with a conversation keeps its base and adds what is new', () => {
    const first = plan(files, 'unrelated', 2000, { slots: textAlone });
    const second = plan(files, 'token bucket', 2000, { slots: textAlone, previous: { base: first.base, followUp: true } });
    const windows = second.files.flatMap(file => file.pieces.map(piece => piece.window.hash));
    expect(new Set(windows).size).toBe(windows.length);
    expect(layout(second).slice(0, first.base.length)).toEqual(layout({ ...first, files: first.files.slice(0, first.base.length) }).map(entry => expect.stringMatching(entry.replace(/:\w+@/g, ':\\w+@')) as unknown));
  });

  test('declarations stand for files that do not fit', () => {
    const outline = planWindow('outline', 'function bucket()', 0, 10);
    const planned = plan(files, 'token bucket', 260, { slots: textAlone, skeleton: () => [outline] });
    expect(planned.files.flatMap(file => file.pieces.map(piece => piece.form.kind))).toContain('skeleton');
  });
});

describe('whatever is asked', () => {
  const files = Array.from({ length: 30 }, (_, i) =>
    planFile(`f${i}.ts`, Array.from({ length: 1 + (i % 6) }, (_, j) => `word${i} word${j}`), { open: i < 3, pinned: i % 11 === 4, ratio: i % 7 === 0 ? 16 : 8 }),
  );
  const all = files.reduce((sum, file) => sum + 80 * file.windows.length, 0);
  const mention = (i: number): NamedStretch => ({ reason: 'mentioned', file: files[i] ?? planFile('none', []) });
  const requests = Array.from({ length: 130 }, (_, i) => ({ budget: 7 * i, change: { named: i % 2 === 0 ? [] : [mention(i % 30), mention((i * 7) % 30)], similarity: new Map([[`f${i % 30}.ts#0`, 0.5]]) } }));

  test.each([
    ['slots with one vector behind each run', plain.slots],
    ['slots between two vectors', { ...plain.slots, count: (_, ratio) => 80 / ratio, frame: slotFrames.pcc }],
    ['text alone', textAlone],
  ] as const satisfies readonly (readonly [string, SlotFacts])[])('the budget is never exceeded, and every token is read or left out: %s', (_, slots) => {
    for (const { budget, change } of requests) {
      const planned = plan(files, 'word3 word12', budget, { ...change, slots });
      const told = report(planned);
      expect(planned.positions).toBeLessThanOrEqual(budget);
      expect(planned.files.reduce((sum, file) => sum + file.positions, 0)).toBe(planned.positions);
      planned.files.forEach(file => expect(file.positions).toBe(filePositions(5, file.pieces, slots.frame)));
      expect(told.read.reduce((sum, stretch) => sum + stretch.positions, 0)).toBe(planned.positions);
      expect(told.tokens + planned.leftOut.reduce((sum, file) => sum + file.tokens, 0)).toBe(all);
      expect(new Set([...told.read, ...told.leftOut].map(file => file.path)).size).toBe(files.length);
    }
  });

  test('the same request gives the same plan, in whatever order files are listed that are not open', () => {
    const [open, closed] = [files.slice(0, 3), files.slice(3)];
    for (const { budget, change } of requests) {
      expect(plan([...open, ...closed.toReversed()], 'word3', budget, change)).toEqual(plan(files, 'word3', budget, change));
    }
  });

  test('a file without windows takes nothing', () => {
    expect(plan([planFile('a.ts', [])], 'q', 1000)).toMatchObject({ files: [], leftOut: [], positions: 0, filesKnown: 1 });
  });
});

describe('order between turns', () => {
  const files = ['a', 'b', 'c', 'delta'].map(name => planFile(`${name}.ts`, [`text of ${name}`]));

  test('files of the turn before keep their places, new ones go behind', () => {
    const base = ['c.ts', 'gone.ts', 'b.ts'].map(name => ({ file: planFile(name, ['x']), pieces: [] }));
    const planned = plan(files, 'the question is about delta', 70, { previous: { base, followUp: false } });
    expect(order(planned)).toEqual(['c.ts', 'b.ts', 'delta.ts', 'a.ts']);
  });

  test('a question that points elsewhere leaves the base as it was', () => {
    const first = plan(files, 'what of delta', 1000);
    const second = plan(files, 'and what of b', 1000, { previous: { base: first.base, followUp: false }, named: [{ reason: 'mentioned', file: planFile('c.ts', ['text of c']) }] });
    expect(second.files.slice(0, 4).map(file => [file.displayPath, file.positions])).toEqual(first.files.slice(0, 4).map(file => [file.displayPath, file.positions]));
    expect(second.files.slice(0, 4).every(file => file.pieces.every(piece => piece.form.kind === 'slots'))).toBe(true);
  });
});
