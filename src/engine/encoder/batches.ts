/**
 * Groups windows of similar length: rows of a batch are padded to its longest window, and padding costs as much as text.
 *
 * `lengths` are tokens per window. Returns batches of indices into it; rows times longest row is at most `budget` tokens, except that a
 * window longer than that is alone. Longest windows come first, so that memory for the largest batch is asked for once.
 */
export function batchByLength(lengths: readonly number[], budget: number): readonly (readonly number[])[] {
  const order = lengths.map((length, index) => ({ length, index })).sort((a, b) => b.length - a.length || a.index - b.index);
  const batches: number[][] = [];
  let rows = 0;
  for (const { length, index } of order) {
    const current = batches.at(-1);
    if (current !== undefined && current.length < rows) {
      current.push(index);
    } else {
      // The first window is the longest and decides how many rows fit.
      rows = Math.max(1, Math.floor(budget / Math.max(1, length)));
      batches.push([index]);
    }
  }
  return batches;
}
