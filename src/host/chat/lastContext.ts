import type { ContextReport } from '../../common/context';
import type { Disposable } from '../../common/disposable';
import { Emitter } from '../../common/event';

/** What the newest answer of the shown conversation read; undefined when there is none. The chat sets it, and views of the memory follow it. */
export class LastContext implements Disposable {
  readonly #changes = new Emitter<void>();
  #value: ContextReport | undefined;

  readonly onDidChange = this.#changes.event;

  get value(): ContextReport | undefined {
    return this.#value;
  }

  set(value: ContextReport | undefined): void {
    if (value !== this.#value) {
      this.#value = value;
      this.#changes.fire();
    }
  }

  dispose(): void {
    this.#changes.dispose();
  }
}
