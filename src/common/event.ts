import { toDisposable, type Disposable } from './disposable';

/** Registers a listener; disposing the result removes it. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** The sending side of an event, for modules that can't use VS Code's own. */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<{ readonly notify: (value: T) => void }>();

  readonly event: Event<T> = listener => {
    // An own object per registration, so that one function may listen twice.
    const entry = { notify: listener };
    this.#listeners.add(entry);
    return toDisposable(() => this.#listeners.delete(entry));
  };

  fire(value: T): void {
    for (const { notify } of [...this.#listeners]) {
      notify(value);
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
