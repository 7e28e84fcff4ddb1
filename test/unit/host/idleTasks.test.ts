import { expect, test } from 'vitest';
import { idleTasks } from '../../../src/host/memory/background/idleTasks';
import { fileMemory } from './memoryList';

const stats = { windows: 1, slots: 100, bytes: 10_000, budgetBytes: 1_000_000 };
const none = new Set<string>();

test('what has no slots comes first, open files before the others; then what was not measured', () => {
  const files = [fileMemory('/w/a', { fidelity: 0.5 }), fileMemory('/w/b'), fileMemory('/w/c', { state: 'none' }), fileMemory('/w/d', { state: 'stale' })];
  expect(idleTasks({ files, skipped: [] }, stats, ['/w/d'], none)).toEqual([
    { kind: 'compress', paths: ['/w/d', '/w/c'] },
    { kind: 'measure', paths: ['/w/b'] },
    { kind: 'measure', paths: ['/w/d'] },
    { kind: 'measure', paths: ['/w/c'] },
  ]);
});

test('steps are small', () => {
  const files = Array.from({ length: 40 }, (_, i) => fileMemory(`/w/${i}`, { state: 'none', tokens: i === 20 ? 9000 : 80 }));
  const sizes = idleTasks({ files, skipped: [] }, stats, [], none).flatMap(task => (task.kind === 'compress' ? [task.paths.length] : []));
  expect(sizes).toEqual([16, 4, 1, 16, 3]);
});

test('files that the user had forgotten are left alone', () => {
  expect(idleTasks({ files: [fileMemory('/w/a', { state: 'none' }), fileMemory('/w/b')], skipped: [] }, stats, [], new Set(['/w/a', '/w/b']))).toEqual([]);
});

test('the budget is not overfilled: slots would push each other out', () => {
  const files = Array.from({ length: 10 }, (_, i) => fileMemory(`/w/${i}`, { state: 'none', tokens: 8000 }));
  // 100 bytes per slot: a file takes 100,000 bytes.
  const compressed = idleTasks({ files, skipped: [] }, { ...stats, bytes: 550_000, slots: 5500 }, [], none).filter(task => task.kind === 'compress');
  expect(compressed.flatMap(task => task.paths)).toEqual(['/w/0', '/w/1', '/w/2']);
});
