import { systemErrorCode } from '../common/errors';
import type { SkipReason, SkippedFile } from '../common/workspace';

/** A file that may be read: it is in the workspace and nothing excludes it. Its contents were not looked at. */
export interface Candidate {
  readonly kind: 'candidate';
  /** Absolute. */
  readonly path: string;
  /** What the decoder and the user see: relative to its root, '/' separators, led by the root's name when there are several roots. */
  readonly displayPath: string;
  readonly bytes: number;
  /** Time of the last change on disk, milliseconds; 0 for a file that is not there. With `bytes` it tells whether a file needs reading again. */
  readonly modifiedMs: number;
  /** Text of an editor with unsaved changes, to be read instead of the file. */
  readonly unsavedText: string | undefined;
}

/** A file or folder that is left out, and why. */
export interface Skipped {
  readonly kind: 'skipped';
  readonly skipped: SkippedFile;
}

export type ScanEntry = Candidate | Skipped;

export function skip(path: string, reason: SkipReason, detail: string): Skipped {
  return { kind: 'skipped', skipped: { path, reason, detail } };
}

/** What matches a pattern of Shorthand's own exclude setting. */
export function skipExcluded(path: string): Skipped {
  return skip(path, 'excluded', 'An exclude pattern of Shorthand matches it.');
}

/** A failed file operation as a skip: `deleted` when the file is gone, else `unreadable` with the system's reason. */
export function skipFailure(path: string, error: unknown): Skipped {
  const code = systemErrorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return skip(path, 'deleted', 'The file is gone.');
  }
  if (code === 'ELOOP') {
    return skip(path, 'symlink-loop', 'The link leads back to itself.');
  }
  return skip(path, 'unreadable', plainReasons.get(code ?? '') ?? (error instanceof Error ? error.message : String(error)));
}

const plainReasons = new Map([
  ['EACCES', 'No permission to read it.'],
  ['EPERM', 'No permission to read it.'],
  ['EISDIR', 'It is a folder.'],
  ['EBUSY', 'Another program has locked it.'],
  ['EMFILE', 'Too many files are open.'],
  ['EIO', 'The disk reported an error.'],
]);
