import { describe, expect, test } from 'vitest';
import { excludeMatcher, expandBraces } from '../../../src/scan/excludes';
import { rebaseRule } from '../../../src/scan/gitIgnore';

test('braces expand, nested ones too; open ones are literal', () => {
  expect(expandBraces('**/*.{a,b}')).toEqual(['**/*.a', '**/*.b']);
  expect(expandBraces('{a,b{1,2}}/{x,}')).toEqual(['a/x', 'a/', 'b1/x', 'b1/', 'b2/x', 'b2/']);
  expect(expandBraces('a{b')).toEqual(['a{b']);
  expect(expandBraces('a{b{c,d}')).toEqual(['a{bc', 'a{bd']);
  expect(expandBraces('{a,b}'.repeat(40)).length).toBeLessThan(3000);
});

describe('exclude globs', () => {
  test.each([
    ['**/node_modules', 'node_modules/', true],
    ['**/node_modules', 'a/node_modules/b/c.js', true],
    ['**/node_modules', 'a/node_modules.ts', false],
    ['**/*.{log,tmp}', 'a/b.tmp', true],
    ['**/*.{log,tmp}', 'a/b.ts', false],
    ['out/**', 'out/', true],
    ['out/**', 'out/a/b.ts', true],
    ['out/**', 'src/out/a.ts', false],
    ['*.js', 'a.js', true],
    ['*.js', 'a/b.js', false],
    ['src/*/gen', 'src/x/gen/y.ts', true],
    ['src/*/gen', 'src/x/y/gen/z.ts', false],
    ['**/[a-c]?.txt', 'q/b1.txt', true],
    ['!keep', 'keep', false],
    ['#x', '#x', true],
    ['', 'a', false],
    ['./dist/', 'dist/a', true],
  ])('%s and %s: %s', (glob, name, hidden) => {
    expect(excludeMatcher([glob]).ignores(name)).toBe(hidden);
  });
});

test('rules of a deeper .gitignore move to the top', () => {
  expect(rebaseRule('*.log', '')).toBe('*.log');
  expect(rebaseRule('*.log', 'a/b')).toBe('/a/b/**/*.log');
  expect(rebaseRule('/x', 'a')).toBe('/a/x');
  expect(rebaseRule('x/y', 'a')).toBe('/a/x/y');
  expect(rebaseRule('!x/', 'a [1]')).toBe('!/a\\ \\[1\\]/**/x/');
});
