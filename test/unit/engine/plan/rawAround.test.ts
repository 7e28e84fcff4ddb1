import { expect, test } from 'vitest';
import { rawAround } from '../../../../src/engine/plan/rawAround';

/** A token per character. */
const tokenizer = { encode: (text: string) => Int32Array.from(text, () => 0) };
const lines = (count: number): string => Array.from({ length: count }, (_, i) => `line ${String(i + 1).padStart(3, '0')}`).join('\n');

test('what fits stays whole', () => {
  expect(rawAround('a\nb', 'c\nd', { prefix: 10, suffix: 10 }, tokenizer)).toEqual({ prefix: 'a\nb', suffix: 'c\nd', firstLine: 1, lastLine: 3 });
  expect(rawAround('', '', { prefix: 10, suffix: 10 }, tokenizer)).toEqual({ prefix: '', suffix: '', firstLine: 1, lastLine: 1 });
});

test('cuts at line boundaries', () => {
  const { prefix, suffix, firstLine, lastLine } = rawAround(lines(40), `\n${lines(40)}`, { prefix: 200, suffix: 30 }, tokenizer);
  expect(prefix.startsWith('line 033\n')).toBe(true);
  expect(prefix.endsWith('line 040')).toBe(true);
  expect(firstLine).toBe(33);
  expect(suffix).toBe('\nline 001\nline 002\nline 003');
  expect(lastLine).toBe(43);
});

test('the prefix begins where it did while lines are added', () => {
  const starts = Array.from({ length: 20 }, (_, i) => rawAround(lines(40 + i), '', { prefix: 300, suffix: 30 }, tokenizer).firstLine);
  expect(new Set(starts).size).toBeLessThanOrEqual(3);
});

test('of a line that is too long, what is next to the cursor stays', () => {
  const { prefix, suffix } = rawAround(`${'x'.repeat(100)}END`, `START${'y'.repeat(1000)}`, { prefix: 10, suffix: 10 }, tokenizer);
  expect(prefix).toBe('xxxxxxxEND');
  expect(suffix).toBe('STARTyyyyy');
});
