import { expect, test } from 'vitest';
import { fileReferences, findCitations } from '../../../src/common/citations';

const files = [
  { path: '/w/src/queue.ts', displayPath: 'src/queue.ts', firstLine: 7 },
  { path: '/w/src/a/index.ts', displayPath: 'src/a/index.ts' },
  { path: '/w/src/b/index.ts', displayPath: 'src/b/index.ts' },
];

test('finds names of files with their lines', () => {
  const names = (text: string) => fileReferences(text).map(({ name, firstLine, lastLine }) => [name, firstLine, lastLine]);
  expect(names('See `src/queue.ts:12`, ./a.py#L3-L9 and b.c:4-2.')).toEqual([['src/queue.ts', 12, undefined], ['./a.py', 3, 9], ['b.c', 4, 4]]);
  expect(names('This ends here. And 3.14 or e.g. that, or https://example.com/x.ts')).toEqual([['e.g', undefined, undefined]]);
  expect(fileReferences('In queue.ts: it').map(({ text, start }) => [text, start])).toEqual([['queue.ts', 3]]);
});

test('cites only the files of the answer, each name once', () => {
  expect(findCitations('queue.ts and queue.ts, src/queue.ts:3-5, other.ts, squeue.ts', files)).toEqual([
    { text: 'queue.ts', path: '/w/src/queue.ts', firstLine: 7 },
    { text: 'src/queue.ts:3-5', path: '/w/src/queue.ts', firstLine: 3, lastLine: 5 },
  ]);
});

test('a name that could be two files is none of them', () => {
  expect(findCitations('index.ts or a/index.ts', files).map(({ text, path }) => [text, path])).toEqual([['a/index.ts', '/w/src/a/index.ts']]);
});
