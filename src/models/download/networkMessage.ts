import { errorMessage } from '../../common/errors';

/** Why a request failed: `fetch` says in the cause what the connection came to. */
export function networkMessage(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : errorMessage(error);
}
