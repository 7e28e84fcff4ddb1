import type { Disposable } from '../common/disposable';

/** Runs an action once requests have paused for `quietMs`, and at the latest `longestMs` after the first of them. */
export function debounce(quietMs: number, longestMs: number, action: () => void): { readonly request: () => void } & Disposable {
  let timer: NodeJS.Timeout | undefined;
  let first: number | undefined;
  let disposed = false;
  const run = (): void => {
    first = undefined;
    action();
  };
  return {
    request: () => {
      if (disposed) {
        return;
      }
      clearTimeout(timer);
      first ??= Date.now();
      timer = setTimeout(run, Math.max(0, Math.min(quietMs, first + longestMs - Date.now())));
    },
    dispose: () => {
      disposed = true;
      clearTimeout(timer);
    },
  };
}
