import { expect, test } from 'vitest';
import { ShorthandError } from '../../../src/common/errors';
import { Explanations } from '../../../src/host/hover/explanations';
import { blockAround, innermostSymbol } from '../../../src/host/hover/lineRange';
import { answerOf } from './fakes';

const source = [
  'class Queue {', //             0
  '  push(job) {', //             1
  '    if (job) {', //            2
  '      this.jobs.add(job);', // 3
  '', //                          4
  '    }', //                     5
  '  }', //                       6
  '}', //                         7
  '', //                          8
  'const queue = new Queue();', // 9
];

test('the innermost symbol around a line', () => {
  const method = { start: 1, end: 6, children: [] };
  const symbols = [{ start: 0, end: 7, children: [method] }, { start: 9, end: 9, children: [] }];
  expect(innermostSymbol(symbols, 3)).toEqual({ firstLine: 2, lastLine: 7 });
  expect(innermostSymbol(symbols, 7)).toEqual({ firstLine: 1, lastLine: 8 });
  expect(innermostSymbol(symbols, 8)).toBe(undefined);
});

test.each([
  [0, 1, 8],
  [1, 2, 7],
  [3, 3, 6],
  [9, 10, 10],
])('the block around line %i by indentation', (line, firstLine, lastLine) => expect(blockAround(source, line)).toEqual({ firstLine, lastLine }));

test('a block of a language without brackets ends with its indentation', () => {
  const python = ['def a():', '    return 1', '', '', 'def b():', '    if x:', '        return 2', '    return 3', '', 'print(a())'];
  expect(blockAround(python, 4)).toEqual({ firstLine: 5, lastLine: 8 });
  expect(blockAround(python, 6)).toEqual({ firstLine: 6, lastLine: 7 });
  expect(blockAround(python, 9)).toEqual({ firstLine: 10, lastLine: 10 });
  expect(blockAround([], 0)).toEqual({ firstLine: 1, lastLine: 1 });
});

test('an explanation is written once and remembered', async () => {
  const explanations = new Explanations();
  const writing = explanations.write('a', async () => answerOf('A'));
  expect(explanations.get('a')).toEqual({ kind: 'running' });
  expect(await writing).toBe(true);
  expect(explanations.get('a')).toMatchObject({ kind: 'done', answer: { text: 'A' } });
  await explanations.write('a', () => Promise.reject(new Error('asked twice')));
  expect(explanations.get('a')).toMatchObject({ kind: 'done' });
});

test('another word cancels the one that is being written', async () => {
  const explanations = new Explanations();
  const first = explanations.write(
    'a',
    signal => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new ShorthandError('cancelled', 'x')))),
  );
  explanations.cancel('a');
  expect(explanations.get('a')).toEqual({ kind: 'running' });
  await explanations.write('b', async () => answerOf('B'));
  expect(await first).toBe(false);
  expect(explanations.get('a')).toBe(undefined);
  expect(explanations.get('b')).toMatchObject({ kind: 'done' });
});

test('a failure can be tried again', async () => {
  const explanations = new Explanations();
  await explanations.write('a', () => Promise.reject(new Error('no')));
  expect(explanations.get('a')).toMatchObject({ kind: 'failed' });
  await explanations.write('a', async () => answerOf('A'));
  expect(explanations.get('a')).toMatchObject({ kind: 'done' });
});

test('remembers a bounded number', async () => {
  const explanations = new Explanations(2);
  for (const key of ['a', 'b', 'c']) {
    await explanations.write(key, async () => answerOf(key));
  }
  expect([explanations.get('a'), explanations.get('b'), explanations.get('c')].map(known => known?.kind)).toEqual([undefined, 'done', 'done']);
});
