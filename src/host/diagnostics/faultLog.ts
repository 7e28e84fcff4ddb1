import type { Disposable } from '../../common/disposable';
import type { ErrorCode } from '../../common/errors';

/** One failure: its code and what failed. No message, for messages name files. */
export interface Fault {
  readonly at: Date;
  /** A method of the engine's protocol, or `engine process` for a crash. */
  readonly what: string;
  readonly code: ErrorCode;
}

/** The last failures of this window, for a report; the oldest go first. */
export class FaultLog implements Disposable {
  readonly #faults: Fault[] = [];

  constructor(
    private readonly capacity = 20,
    private readonly now = () => new Date(),
  ) {}

  /** Oldest first. */
  get all(): readonly Fault[] {
    return this.#faults;
  }

  add(what: string, code: ErrorCode): void {
    this.#faults.push({ at: this.now(), what, code });
    if (this.#faults.length > this.capacity) {
      this.#faults.shift();
    }
  }

  dispose(): void {
    this.#faults.length = 0;
  }
}
