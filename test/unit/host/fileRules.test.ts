import { expect, test } from 'vitest';
import type * as vscode from 'vscode';
import { withoutPath, withPath } from '../../../src/host/memory/actions/excludePattern';
import { pinChange } from '../../../src/host/memory/actions/pinChange';
import { FileRules } from '../../../src/host/memory/fileRules';
import { excludeMatcher } from '../../../src/scan/excludes';

function memento(): vscode.Memento {
  const values = new Map<string, unknown>();
  return { keys: () => [...values.keys()], get: (key: string) => values.get(key), update: async (key: string, value: unknown) => void values.set(key, value) } as vscode.Memento;
}

test('a pin says only what the folders above do not say already', () => {
  const rules = [{ path: '/w/a', pinned: true }, { path: '/w/a/b', pinned: false }];
  expect(pinChange(rules, '/w/x.ts', true)).toBe(true);
  expect(pinChange(rules, '/w/x.ts', false)).toBeUndefined();
  expect(pinChange(rules, '/w/a/x.ts', true)).toBeUndefined();
  expect(pinChange(rules, '/w/a/x.ts', false)).toBe(false);
  expect(pinChange(rules, '/w/a/b/x.ts', true), 'the innermost holds').toBe(true);
  expect(pinChange(rules, '/w/a/b', true), 'its own rule does not count').toBeUndefined();
});

test('rules go along when a file or folder is renamed', async () => {
  const rules = new FileRules(memento());
  await rules.change('/w/a/x.ts', { pinned: true });
  await rules.change('/w/ab.ts', { ratio: 4 });
  await rules.move('/w/a', '/w/c');
  expect(rules.all).toEqual([{ path: '/w/c/x.ts', pinned: true }, { path: '/w/ab.ts', ratio: 4 }]);
});

test('an excluded path is taken by its letters, and can be included again', () => {
  for (const path of ['src/a.ts', 'app/[id]/page.tsx', 'a*b/c?.ts', 'x{y}/z', '!odd']) {
    const patterns = withPath(['**/gen'], path)!;
    expect(excludeMatcher(patterns).ignores(path), path).toBe(true);
    expect(excludeMatcher(patterns).ignores('src/other.ts')).toBe(false);
    expect(withPath(patterns, path)).toBeUndefined();
    expect(withoutPath(patterns, path)).toEqual(['**/gen']);
  }
  expect(excludeMatcher(withPath([], 'app/[id]/page.tsx')!).ignores('app/i/page.tsx')).toBe(false);
  expect(withoutPath(['**/*.ts'], 'src/a.ts'), 'another pattern excludes it').toBeUndefined();
});
