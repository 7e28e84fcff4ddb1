import type { Disposable } from '../../common/disposable';

/**
 * Runs work for keys one at a time, each once it has been quiet for a while. A key that comes again while it waits starts its wait anew; one
 * that comes while it runs, runs again.
 */
export class BackgroundQueue implements Disposable {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #ready = new Set<string>();
  readonly #abort = new AbortController();
  #running = false;

  constructor(
    private readonly quietMs: number,
    private readonly work: (key: string, signal: AbortSignal) => Promise<void>,
  ) {}

  push(key: string): void {
    if (this.#abort.signal.aborted) {
      return;
    }
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => {
        this.#timers.delete(key);
        this.#ready.add(key);
        void this.#drain();
      }, this.quietMs),
    );
  }

  /** Forgets what waits; the work that runs goes on. */
  clear(): void {
    for (const timer of this.#timers.values()) {
      clearTimeout(timer);
    }
    this.#timers.clear();
    this.#ready.clear();
  }

  dispose(): void {
    this.clear();
    this.#abort.abort();
  }

  async #drain(): Promise<void> {
    if (this.#running) {
      return;
    }
    this.#running = true;
    try {
      for (const key of this.#ready) {
        this.#ready.delete(key);
        await this.work(key, this.#abort.signal);
      }
    } finally {
      this.#running = false;
    }
  }
}
