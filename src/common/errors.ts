import * as v from 'valibot';

/**
 * Every failure that a user can meet has a code. `host/errorText.ts` turns the code into a localised sentence that says what happened and
 * what to do; `message` is the English detail for the log.
 */
export const errorCodes = [
  'bundle-missing',
  'bundle-corrupt',
  'bundle-unsupported',
  'no-compressor',
  'store-corrupt',
  'store-unavailable',
  'disk-full',
  'out-of-memory',
  'model-too-large',
  'runtime-unavailable',
  'engine-crashed',
  'engine-unresponsive',
  'protocol-mismatch',
  'invalid-message',
  'prompt-too-long',
  'nothing-to-read',
  'file-unreadable',
  'network-failed',
  'download-corrupt',
  'access-denied',
  'model-not-found',
  'cancelled',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export const errorCodeSchema = v.picklist(errorCodes);

/** An expected failure with a machine-readable reason; crosses process borders through the RPC layer. */
export class ShorthandError extends Error {
  override readonly name = 'ShorthandError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  static is(error: unknown, code?: ErrorCode): error is ShorthandError {
    return error instanceof ShorthandError && (code === undefined || error.code === code);
  }
}

/** The text of anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The system's code of an error (`ENOENT`); undefined where it has none. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** True for an abort, whether it was raised here (`cancelled`) or by a platform API (`AbortError`). */
export function isCancellation(error: unknown): boolean {
  return ShorthandError.is(error, 'cancelled') || (error instanceof Error && error.name === 'AbortError');
}

/** Throws a `cancelled` error when `signal` has fired. Call it between steps that can't be interrupted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new ShorthandError('cancelled', 'The operation was cancelled.');
  }
}
