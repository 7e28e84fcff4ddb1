import path from 'node:path';
import { expect, test } from 'vitest';
import type { FileRule } from '../../../src/common/workspace';
import { fileRules } from '../../../src/common/fileRules';

const at = (...names: readonly string[]) => path.resolve('/w', ...names);
const ruleOf = (rules: readonly FileRule[], file: string) => fileRules({ rules: [...rules], ratio: 8 })(file);

test('the innermost rule decides, field by field, whatever the order', () => {
  const rules: readonly FileRule[] = [
    { path: at('src', 'a.ts'), ratio: 4 },
    { path: at('src'), pinned: true, ratio: 16 },
    { path: at(), pinned: false },
  ];
  for (const ordered of [rules, rules.toReversed()]) {
    expect(ruleOf(ordered, at('src', 'a.ts'))).toEqual({ pinned: true, ratio: 4 });
    expect(ruleOf(ordered, at('src', 'lib', 'b.ts'))).toEqual({ pinned: true, ratio: 16 });
    expect(ruleOf(ordered, at('c.ts'))).toEqual({ pinned: false, ratio: 8 });
  }
  expect(ruleOf([...rules, { path: at('src', 'lib'), pinned: false }], at('src', 'lib', 'b.ts'))).toEqual({ pinned: false, ratio: 16 });
});

test('a folder is not a prefix of its neighbour, and a separator at its end changes nothing', () => {
  expect(ruleOf([{ path: at('src'), pinned: true }], at('src-old', 'a.ts')).pinned).toBe(false);
  expect(ruleOf([{ path: at('src') + path.sep, pinned: true }], at('src', 'a.ts')).pinned).toBe(true);
  expect(ruleOf([{ path: path.parse(at()).root, ratio: 16 }], at('a.ts')).ratio).toBe(16);
});
