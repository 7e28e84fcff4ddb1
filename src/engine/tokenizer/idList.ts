/** Ids of one text after the other; its room grows to the longest and is kept. */
export class IdList {
  #room = new Int32Array(1024);
  #count = 0;

  clear(): void {
    this.#count = 0;
  }

  add(ids: Int32Array): void {
    const end = this.#count + ids.length;
    if (end > this.#room.length) {
      const larger = new Int32Array(2 * end);
      larger.set(this.#room);
      this.#room = larger;
    }
    // Words are short: a loop beats `set`.
    for (let i = 0; i < ids.length; i++) {
      this.#room[this.#count + i] = ids[i] ?? 0;
    }
    this.#count = end;
  }

  /** The ids, in an array that the caller owns. */
  copy(): Int32Array {
    return this.#room.slice(0, this.#count);
  }
}
