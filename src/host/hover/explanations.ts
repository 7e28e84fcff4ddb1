import type { Answer } from '../../common/context';
import type { Disposable } from '../../common/disposable';
import { isCancellation } from '../../common/errors';

/** What is known about one word of one version of a document. */
export type Explanation =
  | { readonly kind: 'running' }
  | { readonly kind: 'done'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Explanations by word. One is written at a time: a hover that the user has left is not worth the wait. */
export class Explanations implements Disposable {
  readonly #known = new Map<string, Explanation>();
  #running: { readonly key: string; readonly abort: AbortController } | undefined;

  constructor(private readonly capacity = 100) {}

  get(key: string): Explanation | undefined {
    return this.#known.get(key);
  }

  get runningKey(): string | undefined {
    return this.#running?.key;
  }

  /** Writes an explanation, unless it is known or under way. Returns false when it was cancelled. */
  async write(key: string, work: (signal: AbortSignal) => Promise<Answer>): Promise<boolean> {
    const known = this.#known.get(key);
    if (known?.kind === 'done' || known?.kind === 'running') {
      return true;
    }
    this.cancel();
    const abort = new AbortController();
    const running = { key, abort };
    this.#running = running;
    this.#remember(key, { kind: 'running' });
    try {
      const answer = await work(abort.signal);
      this.#settle(running, { kind: 'done', answer });
    } catch (error) {
      this.#settle(running, isCancellation(error) ? undefined : { kind: 'failed', error });
    }
    return !abort.signal.aborted;
  }

  /** Stops what is being written, unless it is for `exceptKey`. */
  cancel(exceptKey?: string): void {
    if (this.#running !== undefined && this.#running.key !== exceptKey) {
      this.#running.abort.abort();
      this.#known.delete(this.#running.key);
      this.#running = undefined;
    }
  }

  dispose(): void {
    this.cancel();
    this.#known.clear();
  }

  #settle(running: { readonly key: string }, explanation: Explanation | undefined): void {
    if (this.#running !== running) {
      return;
    }
    this.#running = undefined;
    this.#known.delete(running.key);
    if (explanation !== undefined) {
      this.#remember(running.key, explanation);
    }
  }

  #remember(key: string, explanation: Explanation): void {
    this.#known.set(key, explanation);
    const oldest = this.#known.keys().next();
    if (this.#known.size > this.capacity && oldest.done !== true) {
      this.#known.delete(oldest.value);
    }
  }
}
