import { expect, test, vi } from 'vitest';
import { fidelityBand, meanFidelity } from '../../../src/common/fidelity';
import type { WindowMemory } from '../../../src/common/workspace';
import { positionsRead } from '../../../src/host/memoryMap/positionsRead';
import { colouredLanguage } from '../../../src/host/reconstruction/colouredLanguage';
import { layOut } from '../../../src/host/reconstruction/layOut';
import { statusText, windowLabel } from '../../../src/host/reconstruction/windowText';
import { context } from './fakes';

vi.mock('vscode', () => import('./vscodeStub'));

function memoryOf(firstLine: number, lastLine: number, text: string, fidelity = 0.5): WindowMemory {
  return { firstLine, lastLine, tokens: 100, slots: 13, ratio: 8, fidelity, text };
}

test('each window begins at its line in the file, or as soon after it as the ones before allow', () => {
  const { text, placed } = layOut([memoryOf(1, 4, 'a\nb\n'), memoryOf(5, 6, 'c\r\nd\ne\n'), memoryOf(7, 9, 'f')]);
  expect(text.split('\n')).toEqual(['a', 'b', '', '', 'c', 'd', 'e', 'f']);
  expect(placed.map(({ number, startLine, endLine }) => [number, startLine, endLine])).toEqual([[1, 0, 1], [2, 4, 6], [3, 7, 7]]);
});

test('a window of which nothing came back has an empty line', () => {
  expect(layOut([memoryOf(1, 2, ''), memoryOf(3, 3, 'x')])).toMatchObject({ text: '\n\nx', placed: [{ startLine: 0, endLine: 0 }, { startLine: 2 }] });
  expect(layOut([])).toEqual({ text: '', placed: [] });
});

test('a label says what is known of a window', () => {
  const [window] = layOut([memoryOf(41, 78, 'x', 0.12)]).placed;
  expect(windowLabel(window!, 9)).toBe('fidelity 12% · window 1 of 9 · lines 41–78 · 8x · 100 tokens in 13 slots');
});

test('the status says what to do next', () => {
  const windows = [memoryOf(1, 2, 'x', 0.004)];
  expect(statusText({ state: 'running', windows, windowsTotal: 3, outdated: true })).toContain('1 of 3 windows');
  expect(statusText({ state: 'stopped', windows, windowsTotal: 3, outdated: false })).toMatch(/Stopped after 1 of 3 windows: refresh/);
  expect(statusText({ state: 'failed', windows, windowsTotal: 3, outdated: false })).toMatch(/refresh to try again/);
  expect(statusText({ state: 'complete', windows, windowsTotal: 1, outdated: true })).toMatch(/has changed since: refresh/);
  expect(statusText({ state: 'complete', windows, windowsTotal: 1, outdated: false })).toMatch(/0.4%.*hardly anything/);
  expect(statusText({ state: 'complete', windows: [], windowsTotal: 0, outdated: false })).toContain('empty');
});

test('fidelity has three bands, and a mean by tokens of what was measured', () => {
  expect([0, 0.29, 0.3, 0.59, 0.6, 1].map(fidelityBand)).toEqual(['low', 'low', 'medium', 'medium', 'high', 'high']);
  expect(meanFidelity([{ tokens: 100, fidelity: 0.5 }, { tokens: 300, fidelity: 0.1 }, { tokens: 900 }])).toBeCloseTo(0.2);
  expect(meanFidelity([{ tokens: 5 }])).toBe(undefined);
});

test('the stretches of a file that an answer read count together', () => {
  const [first] = context.read;
  expect(positionsRead({ ...context, read: [first!, first!] }).get(first!.path)).toBe(2 * first!.positions);
  expect(positionsRead(undefined).size).toBe(0);
});

test('languages that are checked are coloured without being checked', () => {
  expect(colouredLanguage('typescript')).toBe('shorthand-typescript');
  expect(colouredLanguage('rust')).toBe('rust');
});
