/** Characters below this have their pairs in a table, the others in a set. */
const small = 128;
const codePoints = 0x110000;

/** Which characters stand side by side in the tokens that merges make. */
export class NeighbourTable {
  readonly #small = new Uint8Array(small * small);
  readonly #others = new Set<number>();

  /** Adds all pairs of neighbours in a token. */
  addAll(token: string): void {
    let left = -1;
    for (const character of token) {
      const right = character.codePointAt(0) ?? 0;
      if (left >= 0) {
        if (left < small && right < small) {
          this.#small[left * small + right] = 1;
        } else {
          this.#others.add(left * codePoints + right);
        }
      }
      left = right;
    }
  }

  /** Cuts a text between characters that are no neighbours, and before each `mark`. */
  *stretches(text: string, mark: string | undefined): Generator<string> {
    const markPoint = mark?.codePointAt(0) ?? -1;
    let start = 0;
    let left = -1;
    for (let at = 0; at < text.length; ) {
      const right = text.codePointAt(at) ?? 0;
      if (left >= 0 && (right === markPoint || !this.#join(left, right))) {
        yield text.slice(start, at);
        start = at;
      }
      left = right;
      at += right > 0xffff ? 2 : 1;
    }
    if (start < text.length) {
      yield text.slice(start);
    }
  }

  #join(left: number, right: number): boolean {
    return left < small && right < small ? this.#small[left * small + right] === 1 : this.#others.has(left * codePoints + right);
  }
}
