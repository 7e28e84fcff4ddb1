import { expect, test } from 'vitest';
import { fuzzyScore } from '../../../src/common/fuzzy';

/** The texts that match, best first. */
function ranked(query: string, ...texts: readonly string[]): string[] {
  return texts
    .flatMap(text => {
      const score = fuzzyScore(query, text);
      return score === undefined ? [] : [{ text, score }];
    })
    .sort((a, b) => b.score - a.score)
    .map(({ text }) => text);
}

test('wants all letters in their order', () => {
  expect(fuzzyScore('abc', 'a-b-c')).toBeGreaterThan(0);
  expect(fuzzyScore('abc', 'a-c-b')).toBeUndefined();
  expect(fuzzyScore('aa', 'a')).toBeUndefined();
  expect(fuzzyScore('', 'anything')).toBe(0);
});

test('prefers runs to scattered letters, beginnings to middles, short to long', () => {
  expect(ranked('plan', 'explanation.ts', 'planFiles.ts', 'plan.ts', 'populations.ts', 'floor.ts')).toEqual(['plan.ts', 'planFiles.ts', 'explanation.ts', 'populations.ts']);
});

test('knows the beginnings of words in camel case and between separators', () => {
  expect(ranked('cs', 'classes.ts', 'ChatSession.ts')[0]).toBe('ChatSession.ts');
  expect(ranked('ws', 'windows.ts', 'chat/workspace-state.ts')[0]).toBe('chat/workspace-state.ts');
});

test('stays within 0 and 1, and is fast on long texts without a match', () => {
  for (const [query, text] of [['a', 'a'], ['abc', 'abc'], ['abc', 'a/b/c'], ['x', 'ax']] as const) {
    expect(fuzzyScore(query, text)).toBeGreaterThan(0);
    expect(fuzzyScore(query, text)).toBeLessThanOrEqual(1);
  }
  const started = performance.now();
  expect(fuzzyScore('ababababababc', 'ab'.repeat(2000))).toBeUndefined();
  expect(performance.now() - started).toBeLessThan(500);
});
