import { boundaryPriorities } from './boundaries';

/**
 * Chooses after which lines a text is cut into runs of at most `most` tokens. A run with a single line may be larger.
 *
 * Two steps, both decided by nearby text only. *Anchors* are boundaries that no other boundary within `most` tokens outranks: the text between
 * two anchors is cut the same way whatever happens outside. *Between anchors* runs are filled from the left, each ending at the best
 * boundary in its second half. An edit therefore changes the runs up to the next anchor, not all that follow.
 *
 * @param lines Lines of the text.
 * @param tokens Tokens of each line.
 * @returns Line indices where runs begin, then `lines.length`.
 */
export function cutPoints(lines: readonly string[], tokens: Int32Array, most: number): readonly number[] {
  const priorities = boundaryPriorities(lines);
  const before = runningSum(tokens);
  const anchors = findAnchors(priorities, before, most);
  const cuts: number[] = [];
  for (const [i, start] of anchors.entries()) {
    const end = anchors[i + 1] ?? lines.length;
    for (let from = start; from < end; ) {
      cuts.push(from);
      from = endOfRun(from, end, priorities, before, most);
    }
  }
  return [...cuts, lines.length];
}

/** Tokens before each line; the last element is the total. */
function runningSum(tokens: Int32Array): Float64Array {
  const before = new Float64Array(tokens.length + 1);
  for (let i = 0; i < tokens.length; i++) {
    before[i + 1] = at(before, i) + (tokens[i] ?? 0);
  }
  return before;
}

/** The beginning of the text and every boundary that outranks all others within `reach` tokens (the first one, among equals). */
function findAnchors(priorities: Float64Array, before: Float64Array, reach: number): readonly number[] {
  const count = priorities.length;
  const toLeft = new Float64Array(count);
  const toRight = new Float64Array(count);
  // The nearest boundary that outranks, by a stack of boundaries that nothing behind them has outranked yet.
  const open: number[] = [];
  for (let i = 0; i <= count; i++) {
    const priority = i === count ? Infinity : at(priorities, i);
    for (let last = open.at(-1); last !== undefined && at(priorities, last) < priority; last = open.at(-1)) {
      toRight[last] = at(before, i) - at(before, last);
      open.pop();
    }
    if (i < count) {
      toLeft[i] = at(before, i) - at(before, open.at(-1) ?? 0);
      open.push(i);
    }
  }
  return Array.from(priorities.keys()).filter(i => i === 0 || (at(toLeft, i) > reach && at(toRight, i) > reach));
}

/** Where the run that begins at line `from` ends. */
function endOfRun(from: number, end: number, priorities: Float64Array, before: Float64Array, most: number): number {
  const size = (to: number): number => at(before, to) - at(before, from);
  if (size(end) <= most) {
    return end;
  }
  let best = from + 1;
  let bestPriority = -1;
  for (let to = from + 1; to < end && size(to) <= most; to++) {
    // Before the second half any boundary is better than none, the later the better.
    const priority = size(to) >= most / 2 ? at(priorities, to) : -1;
    if (priority >= bestPriority) {
      best = to;
      bestPriority = priority;
    }
  }
  return best;
}

function at(array: Float64Array, index: number): number {
  return array[index] ?? 0;
}
