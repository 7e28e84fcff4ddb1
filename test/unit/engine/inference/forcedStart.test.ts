import { expect, test } from 'vitest';
import { ForcedStart, partLastWord } from '../../../../src/engine/generate/forcedStart';

test.each([
  ['', '', ''],
  ['const value', 'const', ' value'],
  ['value', '', 'value'],
  ['f() {\n    ', 'f() {\n   ', ' '],
  ['f() {\n', 'f() {', '\n'],
  ['f() {\n\t', 'f() {', '\n\t'],
  ['object.', 'object', '.'],
  ['a = 12', 'a =', ' 12'],
  [`x${'\n'.repeat(40)}`, `x${'\n'.repeat(8)}`, '\n'.repeat(32)],
  ['x😀'.repeat(1), 'x', '😀'],
])('%j is parted before its last word', (text, head, tail) => expect(partLastWord(text)).toEqual({ head, tail }));

/** Tokens: 0 is special, the others are these. */
const vocabulary = ['', 'a', 'ab', 'abc', 'b', 'x', 'é', ' ', '  ', ' x'];
const tokenizer = { decodeBytes: (ids: ArrayLike<number>) => new TextEncoder().encode(Array.from(ids, id => vocabulary[id]).join('')) };

function allowed(text: string, written: readonly number[]): readonly string[] {
  const logits = new Float32Array(vocabulary.length);
  new ForcedStart(tokenizer, text).constrain(logits, written);
  return vocabulary.filter((_, id) => logits[id] === 0);
}

test('only tokens that agree with the text may begin', () => {
  expect(allowed('ab', [])).toEqual(['a', 'ab', 'abc']);
  expect(allowed('ab', [1])).toEqual(['b']);
  expect(allowed('é', [])).toEqual(['é']);
});

test('a space at the end of the text belongs to the word that follows', () => {
  expect(allowed(' ', [])).toEqual([' x']);
  expect(allowed('  ', [])).toEqual([' ']);
});

test('everything may follow once it is written', () => {
  expect(allowed('ab', [2])).toEqual(vocabulary);
  expect(allowed('ab', [3])).toEqual(vocabulary);
  expect(allowed('', [])).toEqual(vocabulary);
});
