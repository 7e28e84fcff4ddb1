import { stat } from 'node:fs/promises';

/** Bytes of a file; undefined for one that is not there or can't be looked at. */
export function fileLength(file: string): Promise<number | undefined> {
  return stat(file).then(
    stats => stats.size,
    () => undefined,
  );
}
