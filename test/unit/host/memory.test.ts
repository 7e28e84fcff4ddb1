import { afterEach, expect, test, vi } from 'vitest';
import { ShorthandError } from '../../../src/common/errors';
import { throttle } from '../../../src/host/throttle';
import { activePatterns } from '../../../src/host/memory/excludePatterns';
import { WorkspaceMemory } from '../../../src/host/memory/workspaceMemory';
import { FakeEngine } from './fakes';

const workspace = { roots: [], openFiles: [], rules: [], ratio: 8 as const };

afterEach(() => {
  vi.useRealTimers();
});

test('exclude patterns: what is on, once, unless a later setting switches it off', () => {
  expect(activePatterns({ '**/a': true, '**/b': false, '**/*.js': { when: '$(basename).ts' } }, { '**/c': true, '**/a': true }, undefined, 'no')).toEqual(['**/a', '**/c']);
  expect(activePatterns({ '**/a': true }, { '**/a': false })).toEqual([]);
});

test('the memory follows a compression of the workspace', async () => {
  const engine = new FakeEngine();
  const memory = new WorkspaceMemory(engine);
  const report = { files: 2, tokens: 80, slots: 10, sourceBytes: 1, slotBytes: 1, windowsEncoded: 1, windowsReused: 0, windowsEvicted: 0, skipped: [], milliseconds: 1 };
  const first = memory.compressWorkspace({ workspace }, {});
  expect(memory.state).toEqual({ kind: 'compressing' });
  engine.last.options.onProgress?.({ phase: 'scanning' });
  expect(memory.state).toMatchObject({ kind: 'compressing', progress: { phase: 'scanning' } });
  engine.last.resolve(report);
  await first;
  const known = { kind: 'known', files: 2, tokens: 80, slots: 10, skipped: 0 };
  expect(memory.state).toEqual(known);
  const second = memory.compressWorkspace({ workspace }, {});
  engine.last.reject(new ShorthandError('cancelled', 'x'));
  await expect(second).rejects.toMatchObject({ code: 'cancelled' });
  expect(memory.state).toEqual(known);
  void memory.compressFiles({ workspace, files: [] });
  expect(memory.state).toEqual(known);
  memory.reset();
  expect(memory.state).toEqual({ kind: 'unknown' });
  const third = memory.compressWorkspace({ workspace }, {});
  memory.reset();
  expect(memory.state).toEqual({ kind: 'compressing' });
  engine.last.resolve(report);
  await third;
  expect(memory.state, 'cleared while it was compressed').toEqual({ kind: 'unknown' });
});

test('a throttle sends the first at once, then the newest only, and none after disposal', () => {
  vi.useFakeTimers();
  const action = vi.fn();
  const throttled = throttle(50, action);
  const { request } = throttled;
  request();
  request();
  request();
  expect(action).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(50);
  expect(action).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(500);
  expect(action).toHaveBeenCalledTimes(2);
  request();
  expect(action).toHaveBeenCalledTimes(3);
  request();
  throttled.dispose();
  vi.advanceTimersByTime(500);
  request();
  expect(action).toHaveBeenCalledTimes(3);
});
