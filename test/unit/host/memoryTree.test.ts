import { expect, test, vi } from 'vitest';
import { contextValueOf, stateOf } from '../../../src/host/memory/view/nodeState';
import { descriptionOf, detailsOf, totalsText } from '../../../src/host/memory/view/memoryTexts';
import { memoryTree, type MemoryNode } from '../../../src/host/memory/view/memoryTree';
import { fileMemory } from './memoryList';

vi.mock('vscode', () => import('./vscodeStub'));

const root = { path: '/w', name: 'w', excludes: [], excluded: [] };
const idle = (): boolean => false;

/** The rows as an indented list. */
function outline(nodes: readonly MemoryNode[], depth = 0): string[] {
  return nodes.flatMap(node => [`${' '.repeat(depth)}${node.name}`, ...(node.kind === 'folder' ? outline(node.children, depth + 1) : [])]);
}

const list = {
  files: [
    fileMemory('/w/z.ts', { state: 'stale', windowsKnown: 0, slots: 4, slotBytes: 400 }),
    fileMemory('/w/b/file10.ts'),
    fileMemory('/w/b/file9.ts', { pinned: true, fidelity: 0.427 }),
    fileMemory('/w/b/deep/er/x.ts', { state: 'none', slots: 0, slotBytes: 0, windowsKnown: 0 }),
  ],
  skipped: [
    { path: '/w/b/data.bin', reason: 'binary' as const, detail: '' },
    { path: '/w/gen', reason: 'excluded' as const, detail: '' },
    { path: '/elsewhere/x', reason: 'outside-workspace' as const, detail: '' },
  ],
};

test('the only folder of a workspace has no row; folders come first, by name', () => {
  const tree = memoryTree(list, [root], []);
  expect(outline(tree.top)).toEqual(['b', ' deep', '  er', '   x.ts', ' data.bin', ' file9.ts', ' file10.ts', 'gen', 'z.ts']);
});

test('folders add up what is in them', () => {
  const { sums, nodes } = memoryTree(list, [root], []);
  expect(sums).toEqual({ files: 4, compressed: 2, stale: 1, tokens: 320, slots: 24, slotBytes: 2400, compressedTokens: 160, compressedSlots: 20 });
  expect(nodes.get('/w/b')).toMatchObject({ sums: { files: 3, compressed: 2, slots: 20 } });
  expect(nodes.get('/w/b/deep/er/x.ts')?.parent?.parent?.name).toBe('deep');
});

test('several folders each have a row, under names that differ', () => {
  const other = { ...root, path: '/v/w', name: 'v/w' };
  const tree = memoryTree({ files: [...list.files, fileMemory('/v/w/y.ts', { root: '/v/w' })], skipped: [] }, [{ ...root, name: 'w' }, other], []);
  expect(tree.top.map(node => node.name)).toEqual(['w', 'v/w']);
  expect(tree.sums.files).toBe(5);
});

test('rows say their state in words, and menus can match it', () => {
  const { nodes } = memoryTree(list, [root], [{ path: '/w/b', pinned: true }]);
  const row = (path: string, compressing = idle): readonly [string, string] => {
    const node = nodes.get(path)!;
    const state = stateOf(node, compressing);
    return [descriptionOf(node, state), contextValueOf(node, state)];
  };
  expect(row('/w/b/file10.ts')).toEqual(['8x · 80→10', ' file compressed unpinned ']);
  expect(row('/w/b/file9.ts')).toEqual(['8x · 80→10', ' file compressed pinned ']);
  expect(row('/w/z.ts')).toEqual(['stale', ' file stale unpinned ']);
  expect(row('/w/b/deep/er/x.ts')).toEqual(['not compressed', ' file none unpinned ']);
  expect(row('/w/b/deep/er/x.ts', () => true)).toEqual(['compressing…', ' file compressing unpinned ']);
  expect(row('/w/b/file10.ts', () => true)[1], 'nothing is left to do').toContain('compressed');
  expect(row('/w/b')).toEqual(['2/3 files · 2 kB', ' folder pinned ']);
  expect(row('/w/gen')).toEqual(['excluded', ' skipped excluded unpinned ']);
  expect(row('/w/b/data.bin')).toEqual(['skipped: Not a text file', ' skipped unpinned ']);
});

test('details have every number', () => {
  const { nodes, sums } = memoryTree(list, [root], []);
  const node = nodes.get('/w/b/file9.ts')!;
  expect(detailsOf(node, 'compressed')).toEqual(['Compressed, pinned', 'Tokens: 80', 'Slots: 10', 'Ratio: 8 tokens per slot', 'Windows in memory: 1 of 1', 'On disk: 1 kB', "Fidelity: 43% of the text's information survives"]);
  expect(totalsText(sums, { windows: 1, slots: 1, bytes: 12_300_000, budgetBytes: 1_000_000_000 })).toBe('2 of 4 files: 320 tokens, 24 slots, 2.4 kB. All workspaces: 12.3 MB of 1 GB.');
});

test('five thousand files make a tree in a moment', () => {
  const files = Array.from({ length: 5000 }, (_, i) => fileMemory(`/w/src/package${i % 50}/module${i % 500}/file${i}.ts`));
  const started = performance.now();
  const tree = memoryTree({ files, skipped: [] }, [root], []);
  expect(performance.now() - started).toBeLessThan(1000);
  expect(tree.sums.files).toBe(5000);
  expect(tree.nodes.size).toBe(5000 + 500 + 50 + 1 + 1);
});
