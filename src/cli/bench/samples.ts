/** Repeated measurements of one thing. */
export interface Sample {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly runs: number;
}

export function summarise(values: readonly number[]): Sample {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
  return { median, low: sorted[0] ?? NaN, high: sorted.at(-1) ?? NaN, runs: sorted.length };
}

/** Runs a task once to warm up, then `runs` times. Milliseconds. */
export async function timed(runs: number, task: () => Promise<void>, before: () => Promise<void> = async () => Promise.resolve()): Promise<Sample> {
  const values: number[] = [];
  for (let run = -1; run < runs; run++) {
    await before();
    const started = performance.now();
    await task();
    if (run >= 0) {
      values.push(performance.now() - started);
    }
  }
  return summarise(values);
}

/** A sample of durations of `amount` things as a rate per second. */
export function rate(amount: number, { median, low, high, runs }: Sample): Sample {
  return { median: (amount / median) * 1000, low: (amount / high) * 1000, high: (amount / low) * 1000, runs };
}
