import type { Disposable } from '../../../common/disposable';

/** One timer for the earliest of several times. */
export class Due implements Disposable {
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly action: () => void) {}

  /** Acts at a time of `Date.now()`'s clock, at once when it has passed, or not at all. Replaces the time that was set before. */
  set(time: number | undefined): void {
    clearTimeout(this.#timer);
    this.#timer = time === undefined ? undefined : setTimeout(this.action, Math.max(0, time - Date.now()));
  }

  dispose(): void {
    this.set(undefined);
  }
}
