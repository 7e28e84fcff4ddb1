/** Merge rules over ids: pairs of ids, in order of rank, and what each pair becomes. */
export class MergeTable {
  readonly #rankOfPair = new Map<number, number>();
  readonly #merged: number[] = [];

  constructor(private readonly vocabularySize: number) {}

  /** Adds the rule with the next rank. */
  add(left: number, right: number, merged: number): void {
    this.#rankOfPair.set(left * this.vocabularySize + right, this.#merged.length);
    this.#merged.push(merged);
  }

  /** The rank of a pair, or -1. Lower ranks merge first. */
  rank(left: number, right: number): number {
    return this.#rankOfPair.get(left * this.vocabularySize + right) ?? -1;
  }

  mergedId(rank: number): number {
    return this.#merged[rank] ?? -1;
  }
}

/** Most symbols of a word for which looking through all pairs for each merge is faster than a heap. */
const fewSymbols = 32;

/** Applies the rules to one word: always the pair with the lowest rank, the leftmost of equals. Changes `ids`. */
export function mergeWord(ids: Int32Array, table: MergeTable): Int32Array {
  return ids.length <= fewSymbols ? mergeShort(ids, table) : mergeLong(ids, table);
}

function mergeShort(ids: Int32Array, table: MergeTable): Int32Array {
  const ranks: number[] = [];
  for (let i = 0; i + 1 < ids.length; i++) {
    ranks.push(table.rank(at(ids, i), at(ids, i + 1)));
  }
  let count = ids.length;
  for (;;) {
    let lowest = Infinity;
    let left = -1;
    for (let i = 0; i + 1 < count; i++) {
      const rank = ranks[i] ?? -1;
      if (rank >= 0 && rank < lowest) {
        lowest = rank;
        left = i;
      }
    }
    if (left < 0) {
      return ids.slice(0, count);
    }
    ids[left] = table.mergedId(lowest);
    count--;
    for (let i = left + 1; i < count; i++) {
      ids[i] = at(ids, i + 1);
      ranks[i - 1] = ranks[i] ?? -1;
    }
    if (left > 0) {
      ranks[left - 1] = table.rank(at(ids, left - 1), at(ids, left));
    }
    if (left + 1 < count) {
      ranks[left] = table.rank(at(ids, left), at(ids, left + 1));
    }
  }
}

/** Room for positions in a heap key: a word has fewer symbols than this. 2^26 symbols times 2^27 ranks stay exact in a double. */
const positions = 2 ** 26;

/** A linked list and a heap make it O(n log n), because "words" of a megabyte exist (a data URL is one run of letters). */
function mergeLong(ids: Int32Array, table: MergeTable): Int32Array {
  const next = Int32Array.from(ids, (_, i) => i + 1);
  const previous = Int32Array.from(ids, (_, i) => i - 1);
  const heap = new MinHeap();
  const offer = (left: number): void => {
    const right = at(next, left);
    const rank = right < ids.length ? table.rank(at(ids, left), at(ids, right)) : -1;
    if (rank >= 0) {
      heap.push(rank * positions + left);
    }
  };
  for (let i = 0; i < ids.length - 1; i++) {
    offer(i);
  }
  let count = ids.length;
  for (let key = heap.pop(); key >= 0; key = heap.pop()) {
    const left = key % positions;
    const rank = Math.floor(key / positions);
    const right = at(next, left);
    // A stale entry: one of the two was merged away or changed since it was offered.
    if (at(ids, left) < 0 || right >= ids.length || table.rank(at(ids, left), at(ids, right)) !== rank) {
      continue;
    }
    ids[left] = table.mergedId(rank);
    ids[right] = -1;
    const after = at(next, right);
    next[left] = after;
    if (after < ids.length) {
      previous[after] = left;
    }
    count--;
    offer(left);
    if (at(previous, left) >= 0) {
      offer(at(previous, left));
    }
  }
  return count === ids.length ? ids : ids.filter(id => id >= 0);
}

function at(array: Int32Array, index: number): number {
  return array[index] ?? -1;
}

/** A binary heap of non-negative numbers. */
class MinHeap {
  readonly #keys: number[] = [];

  push(key: number): void {
    const keys = this.#keys;
    let i = keys.length;
    keys.push(key);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = keys[parent] ?? 0;
      if (above <= key) {
        break;
      }
      keys[i] = above;
      i = parent;
    }
    keys[i] = key;
  }

  /** Takes the smallest key, or -1 when there is none. */
  pop(): number {
    const keys = this.#keys;
    const top = keys[0] ?? -1;
    const last = keys.pop();
    if (last === undefined || keys.length === 0) {
      return top;
    }
    let i = 0;
    for (let child = 1; child < keys.length; child = 2 * i + 1) {
      const right = keys[child + 1] ?? Infinity;
      const smallest = right < (keys[child] ?? Infinity) ? child + 1 : child;
      const key = keys[smallest] ?? Infinity;
      if (key >= last) {
        break;
      }
      keys[i] = key;
      i = smallest;
    }
    keys[i] = last;
    return top;
  }
}
