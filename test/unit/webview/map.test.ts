import { expect, test } from 'vitest';
import type { MapFile } from '../../../src/common/mapProtocol';
import { layOutMap } from '../../../webview/map/layout';
import { neighbour } from '../../../webview/map/neighbour';
import { squarify, type Rect } from '../../../webview/map/squarify';
import { buildTree, pathTo } from '../../../webview/map/tree';

const area: Rect = { x: 0, y: 0, width: 600, height: 400 };

function file(displayPath: string, tokens: number): MapFile {
  return { path: `/w/${displayPath}`, displayPath, state: 'none', ratio: 8, pinned: false, tokens, slots: 0 };
}

function size({ width, height }: Rect): number {
  return width * height;
}

test('areas are in proportion to weights and fill the rectangle', () => {
  // The example of the paper, where the first row has two squares of 3 by 2.
  const weights = [6, 6, 4, 3, 2, 2, 1];
  const rects = squarify(weights, { x: 0, y: 0, width: 6, height: 4 });
  rects.forEach((rect, index) => expect(size(rect)).toBeCloseTo(weights[index]!));
  expect(rects.slice(0, 2)).toEqual([{ x: 0, y: 0, width: 3, height: 2 }, { x: 0, y: 2, width: 3, height: 2 }]);
  expect(rects.every(({ x, y, width, height }) => x >= 0 && y >= 0 && x + width <= 6 + 1e-9 && y + height <= 4 + 1e-9)).toBe(true);
});

test('shapes are near squares', () => {
  const weights = Array.from({ length: 50 }, (_, index) => 100 - index);
  const ratios = squarify(weights, area).map(({ width, height }) => Math.max(width / height, height / width));
  expect(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length).toBeLessThan(1.5);
});

test('nothing to divide, or no room, is no error', () => {
  expect(squarify([], area)).toEqual([]);
  expect(squarify([1, 1], { ...area, width: 0 }).map(size)).toEqual([0, 0]);
});

test('folders nest, the heaviest first, and chains of folders are one', () => {
  const root = buildTree([file('a.ts', 10), file('x/y/b.ts', 90), file('x/y/c.ts', 5)], 'Workspace');
  expect(root).toMatchObject({ weight: 105, children: [{ kind: 'folder', key: 'x/y', name: 'x/y', children: [{ name: 'b.ts' }, { name: 'c.ts' }] }, { name: 'a.ts' }] });
  expect(pathTo(root, 'x/y').map(({ key }) => key)).toEqual(['', 'x/y']);
  // A folder that is gone leads to the last one on the way that is left.
  expect(pathTo(root, 'x/gone').map(({ key }) => key)).toEqual(['']);
});

test('small files are one tile that stands for all of them', () => {
  const files = [file('big.ts', 100_000), ...Array.from({ length: 300 }, (_, index) => file(`s${index}.ts`, 3))];
  const tiles = layOutMap(buildTree(files, 'w'), area);
  expect(tiles.map(({ kind, files: inside }) => [kind, inside.length])).toEqual([['file', 1], ['more', 300]]);
});

test('a map of thousands of files is fast and has tiles that can be hit', () => {
  const files = Array.from({ length: 5000 }, (_, index) => file(`p${index % 40}/f${index}.ts`, 10 + ((index * 7919) % 1000)));
  const started = performance.now();
  const tiles = layOutMap(buildTree(files, 'w'), { x: 0, y: 0, width: 1200, height: 800 });
  expect(performance.now() - started).toBeLessThan(1000);
  expect(tiles.length).toBeLessThan(5000);
  // Every file is in exactly one tile, beside the folders around it.
  expect(tiles.filter(({ kind }) => kind !== 'folder').flatMap(({ files: inside }) => inside)).toHaveLength(5000);
});

test('an arrow goes straight ahead first', () => {
  const rects = [
    { x: 0, y: 0, width: 100, height: 100 },
    { x: 100, y: 0, width: 100, height: 40 },
    { x: 100, y: 40, width: 100, height: 60 },
    { x: 0, y: 100, width: 200, height: 50 },
  ];
  expect(neighbour(rects, 0, 'right')).toBe(2);
  expect(neighbour(rects, 1, 'down')).toBe(2);
  expect(neighbour(rects, 2, 'down')).toBe(3);
  expect(neighbour(rects, 3, 'up')).toBe(0);
  expect(neighbour(rects, 0, 'left')).toBe(undefined);
});
