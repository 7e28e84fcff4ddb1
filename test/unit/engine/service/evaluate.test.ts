import { expect, it } from 'vitest';
import { parseItems } from '../../../../src/engine/service/evaluate';

it('names the line of the file that is no evaluation item', () => {
  const item = JSON.stringify({ id: 1, path: 'a.ts', contextWindows: [], wrongWindows: [], target: 'x' });
  expect(parseItems(`\n${item}\n\n`)).toHaveLength(1);
  expect(() => parseItems(`\n${item}\n\n{}\n`)).toThrow('Line 4 ');
});
