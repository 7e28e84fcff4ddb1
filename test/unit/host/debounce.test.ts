import { afterEach, expect, test, vi } from 'vitest';
import { debounce } from '../../../src/host/debounce';

afterEach(() => {
  vi.useRealTimers();
});

test('a debounced action runs after a pause, or when the pause is too long in coming', () => {
  vi.useFakeTimers();
  const action = vi.fn();
  const debounced = debounce(400, 2000, action);
  const { request } = debounced;
  request();
  vi.advanceTimersByTime(399);
  expect(action).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(action).toHaveBeenCalledTimes(1);
  for (let i = 0; i < 9; i++) {
    request();
    vi.advanceTimersByTime(300);
  }
  expect(action).toHaveBeenCalledTimes(2);
  request();
  debounced.dispose();
  request();
  vi.advanceTimersByTime(10_000);
  expect(action).toHaveBeenCalledTimes(2);
});
