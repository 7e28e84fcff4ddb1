import { toDisposable, type Disposable } from '../common/disposable';

/** Runs `action` at once, then at most every `ms`; the last request is never lost. */
export function throttle(ms: number, action: () => void): Disposable & { readonly request: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let again = false;
  const request = (): void => {
    if (timer !== undefined) {
      again = true;
      return;
    }
    action();
    timer = setTimeout(() => {
      timer = undefined;
      if (again) {
        again = false;
        request();
      }
    }, ms);
  };
  const stop = toDisposable(() => {
    clearTimeout(timer);
    // A request after disposal finds a timer and waits for ever.
    timer ??= setTimeout(() => undefined, 0);
  });
  return { request, dispose: () => stop.dispose() };
}
