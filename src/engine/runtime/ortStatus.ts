import { errorMessage, ShorthandError, type ErrorCode } from '../../common/errors';
import { pointer, type NativeArgument, type NativeFunction } from './native';
import type { OrtApi } from './ortApi';

/** OrtErrorCode of the C API: what went wrong, mapped to what a user can be told. The caller says what every other code means. */
const codes: ReadonlyMap<number, ErrorCode> = new Map([
  [3, 'bundle-missing'], // ORT_NO_SUCHFILE
  [4, 'bundle-corrupt'], // ORT_NO_MODEL
  [7, 'bundle-corrupt'], // ORT_INVALID_PROTOBUF
  [9, 'bundle-unsupported'], // ORT_NOT_IMPLEMENTED
  [10, 'bundle-corrupt'], // ORT_INVALID_GRAPH
]);

/** Texts of a failed allocation: the C API has no code for it. */
const outOfMemory = /bad_?\s?alloc|failed to allocate memory|out of memory/i;

/** Throws what an `OrtStatus*` says, in ONNX Runtime's own words, and frees it. NULL is success. */
export function checkStatus(api: OrtApi, result: unknown, action: string, otherwise: ErrorCode = 'internal'): void {
  const status = pointer(result);
  if (status === 0n) {
    return;
  }
  const text = String(api.getErrorMessage(status));
  const code = codes.get(Number(api.getErrorCode(status)));
  api.releaseStatus(status);
  throw new ShorthandError(outOfMemory.test(text) ? 'out-of-memory' : (code ?? otherwise), `${action}: ${text}`);
}

/** Calls a function whose last argument receives a pointer, and returns that pointer. */
export function created(api: OrtApi, action: string, create: NativeFunction, ...args: readonly NativeArgument[]): bigint {
  const out = new BigUint64Array(1);
  checkStatus(api, create(...args, out), action);
  return out[0] ?? 0n;
}

/** Calls a function on a worker thread and returns its status. Every pointer among `args` must stay valid until the promise has settled. */
export function callAsync(call: NativeFunction, ...args: readonly NativeArgument[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    call.async(...args, (error, status) => (error ? reject(new ShorthandError('internal', errorMessage(error))) : resolve(status)));
  });
}
