import { expect, test } from 'vitest';
import { findLines, hashLines, splitLines } from '../../../src/host/chat/slash/findLines';

const lines = splitLines('a\r\nb\nc\nd\nb\nc\n');
const code = { firstLine: 2, lastLine: 3 };
const hash = hashLines(lines, code);

test('finds lines where they are, or the nearest place that they have moved to', () => {
  expect(findLines(lines, code, hash)).toEqual(code);
  expect(findLines(lines, { firstLine: 4, lastLine: 5 }, hash)).toEqual({ firstLine: 5, lastLine: 6 });
  expect(findLines(['new', 'new', 'new', ...lines.slice(0, 4)], code, hash)).toEqual({ firstLine: 5, lastLine: 6 });
});

test('does not find lines that have changed, or of a file that is gone', () => {
  expect(findLines(['a', 'b', 'changed', 'd'], code, hash)).toBeUndefined();
  expect(findLines([], code, hash)).toBeUndefined();
});
