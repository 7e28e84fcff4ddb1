import { expect, it } from 'vitest';
import { parseItems } from '../../../../src/engine/evaluate/items';

const file = { path: 'a.ts', windows: [], wrongWindows: [] };

it('names the line of the file that is no evaluation item', () => {
  const item = JSON.stringify({ kind: 'continuation', id: 1, file, target: 'x' });
  expect(parseItems(`\n${item}\n\n`)).toHaveLength(1);
  expect(() => parseItems(`\n${item}\n\n{}\n`)).toThrow('Line 4 ');
});

it('tells items apart by their kind', () => {
  const line = { kind: 'nextLine', id: 2, file, open: 'b.ts', before: 'f(', line: 'g();', expected: { slots8: 'g();' } };
  expect(parseItems(JSON.stringify(line))).toEqual([line]);
  expect(() => parseItems(JSON.stringify({ ...line, kind: 'question' }))).toThrow('Line 1 ');
  expect(() => parseItems(JSON.stringify({ ...line, expected: { slots8: 3 } }))).toThrow('Line 1 ');
});
