import { ShorthandError, throwIfCancelled } from '../../common/errors';

/** Who wants the models, most urgent first: an answer that a user waits for, a completion that is offered while they type, compression in the background. */
const priorities = ['answer', 'complete', 'compress'] as const;
export type Priority = (typeof priorities)[number];

interface Waiter {
  readonly priority: Priority;
  readonly start: () => void;
}

/**
 * Lets one task at a time use the models. Both sessions share the same cores, so running two at once only delays the one that a user
 * waits for; compression takes the lock anew for every batch and so lets answers in between.
 */
export class InferenceLock {
  readonly #waiting: Waiter[] = [];
  #busy = false;

  async run<T>(priority: Priority, signal: AbortSignal | undefined, task: () => Promise<T>): Promise<T> {
    await this.#acquire(priority, signal);
    try {
      throwIfCancelled(signal);
      return await task();
    } finally {
      this.#release();
    }
  }

  async #acquire(priority: Priority, signal: AbortSignal | undefined): Promise<void> {
    throwIfCancelled(signal);
    if (!this.#busy) {
      this.#busy = true;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const cancel = (): void => {
        const index = this.#waiting.indexOf(waiter);
        if (index >= 0) {
          this.#waiting.splice(index, 1);
          reject(new ShorthandError('cancelled', 'The operation was cancelled.'));
        }
      };
      const waiter: Waiter = {
        priority,
        start: () => {
          signal?.removeEventListener('abort', cancel);
          resolve();
        },
      };
      const behind = this.#waiting.findIndex(other => priorities.indexOf(other.priority) > priorities.indexOf(priority));
      this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, waiter);
      signal?.addEventListener('abort', cancel, { once: true });
    });
  }

  #release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#busy = false;
    } else {
      next.start();
    }
  }
}
