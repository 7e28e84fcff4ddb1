import { assertNever } from '../common/assertNever';
import type { ErrorCode } from '../common/errors';

/** What the exit status of `shorthand` means; part of the interface for scripts. */
export const exitCodes = {
  ok: 0,
  /** The command ran and failed for a reason that its message names. */
  failed: 1,
  /** The command line was not understood. */
  usage: 2,
  /** The model bundle is missing, damaged or not supported. */
  bundle: 3,
  /** The slot store can't be used, or the disk is full. */
  store: 4,
  /** There was nothing to read: no files, or no such symbol. */
  nothing: 5,
  /** Interrupted by Ctrl+C. */
  cancelled: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export function exitCodeOf(code: ErrorCode): ExitCode {
  switch (code) {
    case 'bundle-missing':
    case 'bundle-corrupt':
    case 'bundle-unsupported':
    case 'no-compressor':
    case 'runtime-unavailable':
    case 'network-failed':
    case 'download-corrupt':
    case 'access-denied':
    case 'model-not-found':
      return exitCodes.bundle;
    case 'store-corrupt':
    case 'store-unavailable':
    case 'disk-full':
      return exitCodes.store;
    case 'nothing-to-read':
    case 'file-unreadable':
      return exitCodes.nothing;
    case 'cancelled':
      return exitCodes.cancelled;
    case 'prompt-too-long':
    case 'engine-crashed':
    case 'engine-unresponsive':
    case 'out-of-memory':
    case 'model-too-large':
    case 'protocol-mismatch':
    case 'invalid-message':
    case 'internal':
      return exitCodes.failed;
    default:
      return assertNever(code);
  }
}
