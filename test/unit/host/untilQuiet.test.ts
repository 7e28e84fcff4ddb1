import { expect, test, vi } from 'vitest';
import { untilQuiet } from '../../../src/host/inlineCompletion/untilQuiet';

vi.mock('vscode', () => import('./vscodeStub'));

/** A cancellation token of VS Code. */
function source() {
  const listeners = new Set<() => void>();
  const token = {
    isCancellationRequested: false,
    onCancellationRequested: (listener: () => void) => {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
  };
  const cancel = (): void => {
    token.isCancellationRequested = true;
    listeners.forEach(listener => listener());
  };
  return { token: token as never, cancel, listeners };
}

test('waits for a pause in typing, and stops at once when there is none', async () => {
  const quiet = source();
  expect(await untilQuiet(1, quiet.token)).toBe(true);
  expect(quiet.listeners.size).toBe(0);
  const typing = source();
  const waiting = untilQuiet(60_000, typing.token);
  typing.cancel();
  expect(await waiting).toBe(false);
  expect(typing.listeners.size).toBe(0);
  expect(await untilQuiet(60_000, typing.token)).toBe(false);
});
