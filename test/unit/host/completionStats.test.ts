import { expect, test, vi } from 'vitest';
import { CompletionStats } from '../../../src/host/inlineCompletion/completionStats';
import { completionStatsText } from '../../../src/host/inlineCompletion/completionStatsText';
import { LastCompletion } from '../../../src/host/inlineCompletion/lastCompletion';
import { memento } from './fakes';

vi.mock('vscode', () => import('./vscodeStub'));

test('completions are counted in the state of the workspace, and forgotten on command', async () => {
  const state = memento();
  const stats = new CompletionStats(state);
  let changes = 0;
  stats.onDidChange(() => changes++);
  expect(stats.counts).toEqual({ shown: 0, accepted: 0 });
  await stats.noteShown();
  await stats.noteShown();
  await stats.noteAccepted();
  expect(new CompletionStats(state).counts).toEqual({ shown: 2, accepted: 1 });
  expect(completionStatsText(stats.counts)).toBe('1 of 2 completions accepted (50%)');
  await stats.reset();
  expect(stats.counts).toEqual({ shown: 0, accepted: 0 });
  expect(completionStatsText(stats.counts)).toBe('0 of 0 completions accepted (0%)');
  expect(changes).toBe(4);
});

test('malformed counts are none', async () => {
  const state = memento();
  await state.update('shorthand.completionStats', { shown: -1 });
  expect(new CompletionStats(state).counts).toEqual({ shown: 0, accepted: 0 });
});

test('who types along a completion sees its rest', () => {
  const last = new LastCompletion();
  const at = (prefix: string, suffix = '\n', uri = 'a') => last.restAt({ uri, prefix, suffix });
  expect(at('const ')).toBe(undefined);
  last.set({ uri: 'a', prefix: 'const ', suffix: '\n' }, 'value = 1;');
  expect(at('const ')).toBe('value = 1;');
  expect(at('const val')).toBe('ue = 1;');
  expect(at('const value = 1;')).toBe(undefined);
  expect(at('const other')).toBe(undefined);
  expect(at('const val', ')\n')).toBe(undefined);
  expect(at('const val', '\n', 'b')).toBe(undefined);
  expect(at('con')).toBe(undefined);
  last.clear();
  expect(at('const ')).toBe(undefined);
});

test('where nothing was found, nothing is asked for again', () => {
  const last = new LastCompletion();
  last.set({ uri: 'a', prefix: 'x', suffix: '' }, '');
  expect(last.restAt({ uri: 'a', prefix: 'x', suffix: '' })).toBe('');
  expect(last.restAt({ uri: 'a', prefix: 'xy', suffix: '' })).toBe(undefined);
});
