import { ShorthandError, errorMessage } from '../../common/errors';

/** What went wrong, by SQLite's primary result code. */
export type StoreFault = 'corrupt' | 'full' | 'busy' | 'unavailable';

// https://www.sqlite.org/rescode.html
const faults = new Map<number, StoreFault>([
  [5, 'busy'],
  [6, 'busy'],
  [11, 'corrupt'],
  [13, 'full'],
  [26, 'corrupt'],
]);

/** Sorts an error of `node:sqlite`; undefined for any other error. */
export function storeFault(error: unknown): StoreFault | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') {
    return undefined;
  }
  // Extended codes carry the primary one in their low byte.
  return faults.get(error.errcode & 0xff) ?? 'unavailable';
}

/** An error of `node:sqlite` or of the file system with a code of ours; any other error as it is. */
export function toStoreError(error: unknown): unknown {
  const fault = error instanceof Error && 'syscall' in error ? 'unavailable' : storeFault(error);
  switch (fault) {
    case undefined:
      return error;
    case 'full':
      return new ShorthandError('disk-full', `The slot store can't grow: ${errorMessage(error)}.`, { cause: error });
    case 'corrupt':
      return new ShorthandError('store-corrupt', `The slot store is damaged: ${errorMessage(error)}.`, { cause: error });
    case 'busy':
    case 'unavailable':
      return new ShorthandError('store-unavailable', `The slot store can't be used: ${errorMessage(error)}.`, { cause: error });
  }
}
