import { expect, test } from 'vitest';
import type * as vscode from 'vscode';
import { vi } from 'vitest';
import { ShorthandError } from '../../../src/common/errors';
import { MemoryFiles } from '../../../src/host/memory/memoryFiles';
import { WorkspaceUse } from '../../../src/host/memory/workspaceUse';
import { FakeEngine, settled } from './fakes';

vi.mock('vscode', () => import('./vscodeStub'));

const workspace = { roots: [], openFiles: [], rules: [], ratio: 8 as const };
const stats = { windows: 0, slots: 0, bytes: 0, budgetBytes: 1 };

/** Answers the two calls of one reading. */
async function answer(engine: FakeEngine): Promise<void> {
  engine.calls.slice(-2).forEach(call => call.resolve(call.method === 'files' ? { files: [], skipped: [] } : stats));
  await settled();
}

test('requests while the list is being read share one further reading', async () => {
  const engine = new FakeEngine();
  const files = new MemoryFiles(engine, () => workspace);
  const first = files.refresh();
  await settled();
  const [second, third] = [files.refresh(), files.refresh()];
  expect(second).toBe(third);
  expect(second).not.toBe(first);
  expect(engine.calls).toHaveLength(2);
  await answer(engine);
  expect(engine.calls).toHaveLength(4);
  await answer(engine);
  expect(await third).toEqual({ files: [], skipped: [] });
  expect(files.state).toMatchObject({ kind: 'listed', stats });
  files.reset();
  expect(files.state).toEqual({ kind: 'unknown' });
});

test('a failure is kept with its code, and the next reading may succeed', async () => {
  const engine = new FakeEngine();
  const files = new MemoryFiles(engine, () => workspace);
  const failing = files.refresh();
  await settled();
  engine.calls.forEach(call => call.reject(new ShorthandError('store-unavailable', 'x')));
  await expect(failing).rejects.toMatchObject({ code: 'store-unavailable' });
  expect(files.state).toEqual({ kind: 'failed', code: 'store-unavailable' });
  const next = files.refresh();
  await settled();
  await answer(engine);
  await next;
  expect(files.state.kind).toBe('listed');
});

test('a workspace is used once a user has asked for something, and as new after its memory was cleared', () => {
  const values = new Map<string, unknown>();
  const state = { keys: () => [], get: (key: string) => values.get(key), update: async (key: string, value: unknown) => void values.set(key, value) } as vscode.Memento;
  const engine = new FakeEngine();
  const use = new WorkspaceUse(state, engine);
  void engine.call('files', { workspace });
  expect(use.isUsed).toBe(false);
  void engine.call('compress', { workspace });
  expect(use.isUsed).toBe(true);
  expect(new WorkspaceUse(state, engine).isUsed, 'in the next window').toBe(true);
  use.forget();
  expect(use.isUsed).toBe(false);
});
