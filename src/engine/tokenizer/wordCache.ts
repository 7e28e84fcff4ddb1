/** Words longer than this are rare and not worth remembering. */
const longestWord = 64;
/** Words per generation. */
const capacity = 50_000;

/**
 * Remembers the ids of words. Bounded by two generations: when the young one is full it becomes the old one, and words that are used
 * again move back. That keeps what is hot without a list per access.
 */
export class WordCache {
  #young = new Map<string, Int32Array>();
  #old = new Map<string, Int32Array>();

  /** @param encode Makes the ids of a word that is not known. */
  constructor(private readonly encode: (word: string) => Int32Array) {}

  idsOf(word: string): Int32Array {
    const known = this.#get(word);
    if (known !== undefined) {
      return known;
    }
    const ids = this.encode(word);
    if (word.length <= longestWord) {
      // The word is a slice that keeps the whole text alive; the key is a copy.
      this.#set(Buffer.from(word, 'utf16le').toString('utf16le'), ids);
    }
    return ids;
  }

  #get(word: string): Int32Array | undefined {
    const ids = this.#young.get(word);
    if (ids !== undefined) {
      return ids;
    }
    const old = this.#old.get(word);
    if (old !== undefined) {
      this.#set(word, old);
    }
    return old;
  }

  #set(word: string, ids: Int32Array): void {
    if (this.#young.size >= capacity) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(word, ids);
  }
}
