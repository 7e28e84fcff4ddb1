import { expect, test } from 'vitest';
import { rankFiles } from '../../../src/host/context/rankFiles';

const files = ['src/chat/queue.ts', 'src/queue/main.ts', 'src/plan.ts', 'test/queue.test.ts', 'README.md'].map(displayPath => ({
  path: `/w/${displayPath}`,
  name: displayPath.slice(displayPath.lastIndexOf('/') + 1),
  displayPath,
}));

function ranked(query: string, preferred: readonly string[] = [], limit = 50): string[] {
  return rankFiles(files, query, preferred, limit).map(file => file.displayPath);
}

test('prefers matches of the name to matches of the folders', () => {
  expect(ranked('queue')).toEqual(['src/chat/queue.ts', 'test/queue.test.ts', 'src/queue/main.ts']);
});

test('matches folders when a folder is typed', () => {
  expect(ranked('queue/m')).toEqual(['src/queue/main.ts']);
});

test('puts open and recent files first', () => {
  expect(ranked('', ['/w/src/plan.ts', '/w/README.md'])).toEqual(['src/plan.ts', 'README.md', 'src/chat/queue.ts', 'src/queue/main.ts', 'test/queue.test.ts']);
  expect(ranked('queue', ['/w/test/queue.test.ts'])[0]).toBe('test/queue.test.ts');
});

test('is bounded', () => {
  expect(ranked('', [], 2)).toHaveLength(2);
});
