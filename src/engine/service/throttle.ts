/** Snapshots closer together than this are dropped: nobody can read them. Milliseconds. */
const interval = 50;

/** Passes on the first snapshot and then at most one per interval; `always` passes one on whatever the clock says. */
export interface Throttle<S> {
  report(snapshot: () => S): void;
  always(snapshot: S): void;
}

export function throttle<S>(send: ((snapshot: S) => void) | undefined, now: () => number = () => performance.now()): Throttle<S> {
  let last = -Infinity;
  return {
    report: snapshot => {
      if (send !== undefined && now() - last >= interval) {
        last = now();
        send(snapshot());
      }
    },
    always: snapshot => {
      last = now();
      send?.(snapshot);
    },
  };
}
