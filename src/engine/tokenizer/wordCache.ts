/**
 * Remembers the ids of words. Bounded by two generations: when the young one is full it becomes the old one, and words that are used
 * again move back. That keeps what is hot without a list per access.
 */
export class WordCache {
  #young = new Map<string, Int32Array>();
  #old = new Map<string, Int32Array>();

  /** @param capacity Words per generation. */
  constructor(private readonly capacity: number) {}

  get(word: string): Int32Array | undefined {
    const ids = this.#young.get(word);
    if (ids !== undefined) {
      return ids;
    }
    const old = this.#old.get(word);
    if (old !== undefined) {
      this.set(word, old);
    }
    return old;
  }

  set(word: string, ids: Int32Array): void {
    if (this.#young.size >= this.capacity) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(word, ids);
  }
}
