import { ShorthandError } from '../../common/errors';

/**
 * A native object with an owner and users. It is freed when the owner has disposed it and the last user is done, so that closing a
 * session during a run can't pull the memory from under the running code.
 */
export class NativeHandle {
  static #live = 0;
  readonly #pointer: bigint;
  readonly #free: (pointer: bigint) => void;
  #users = 0;
  #disposed = false;

  constructor(pointer: bigint, free: (pointer: bigint) => void) {
    this.#pointer = pointer;
    this.#free = free;
    NativeHandle.#live++;
  }

  /** Native objects that have not been freed yet, in the whole process: a test's check for leaks. */
  static get live(): number {
    return NativeHandle.#live;
  }

  /** For a call that returns at once, by somebody who owns the object. Errors: `internal` after disposal. */
  get address(): bigint {
    if (this.#disposed) {
      throw new ShorthandError('internal', 'A native object was used after it had been disposed.');
    }
    return this.#pointer;
  }

  /** Marks the object as used and returns its address. Every call needs a `release`. Errors: `internal` after disposal. */
  acquire(): bigint {
    const { address } = this;
    this.#users++;
    return address;
  }

  release(): void {
    this.#users--;
    this.#freeIfUnused();
  }

  dispose(): void {
    if (!this.#disposed) {
      this.#disposed = true;
      this.#freeIfUnused();
    }
  }

  #freeIfUnused(): void {
    if (this.#disposed && this.#users === 0) {
      NativeHandle.#live--;
      this.#free(this.#pointer);
    }
  }
}
