import { expect, test, vi } from 'vitest';
import { DisposableStore, toDisposable } from '../../../src/common/disposable';
import { Emitter } from '../../../src/common/event';

test('a store disposes in reverse order, once', () => {
  const order: number[] = [];
  const store = new DisposableStore();
  store.add({ dispose: () => order.push(1) });
  store.add({ dispose: () => order.push(2) });
  store.dispose();
  store.dispose();
  expect(order).toEqual([2, 1]);
});

test('a store disposes what is added late, and forgets what was disposed early', () => {
  const store = new DisposableStore();
  const early = store.add({ dispose: vi.fn() });
  store.delete(early);
  store.dispose();
  expect(early.dispose).toHaveBeenCalledTimes(1);
  const late = store.add({ dispose: vi.fn() });
  expect(late.dispose).toHaveBeenCalledTimes(1);
  expect(store.isDisposed).toBe(true);
});

test('a wrapped function runs once', () => {
  const action = vi.fn();
  const disposable = toDisposable(action);
  disposable.dispose();
  disposable.dispose();
  expect(action).toHaveBeenCalledTimes(1);
});

test('an emitter calls its listeners until they are disposed', () => {
  const emitter = new Emitter<number>();
  const seen: number[] = [];
  const listener = (value: number): void => void seen.push(value);
  const first = emitter.event(listener);
  emitter.event(listener);
  emitter.fire(1);
  first.dispose();
  emitter.fire(2);
  emitter.dispose();
  emitter.fire(3);
  expect(seen).toEqual([1, 1, 2]);
});

test('a listener may leave while it is called', () => {
  const emitter = new Emitter<void>();
  const second = vi.fn();
  const leaving = emitter.event(() => leaving.dispose());
  emitter.event(second);
  emitter.fire();
  emitter.fire();
  expect(second).toHaveBeenCalledTimes(2);
});
