import type { Hash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorMessage, isCancellation, ShorthandError, systemErrorCode, throwIfCancelled } from '../../common/errors';
import { networkMessage } from './networkMessage';
import { hashInto, startHash, type FileHash } from './fileHash';
import { fileLength } from './fileLength';

export interface RemoteFile {
  readonly url: string;
  readonly bytes: number;
  readonly hash: FileHash;
}

export interface DownloadOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes of the file that are on disk, those of an earlier attempt included. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Milliseconds without a byte after which a connection counts as lost. */
  readonly stallMs?: number;
  /** Milliseconds before the first repetition; each further one waits twice as long. */
  readonly retryMs?: number;
}

/** Attempts in a row that bring no byte before the download is given up; what was fetched stays for the next time. */
const fruitlessAttempts = 4;
const defaultStallMs = 60_000;
const defaultRetryMs = 1000;

/** What an attempt came to. A file with another hash is thrown away; a lost connection goes on from where it was. */
type Attempt = { readonly kind: 'complete' } | { readonly kind: 'lost'; readonly reason: string; readonly gained: number };

/**
 * Fetches a file to `target`: into `target`.part first, which a later call goes on with, then by a rename, once length and hash are right. So
 * `target` is either absent or complete.
 * Errors: `cancelled`, `network-failed`, `access-denied`, `model-not-found`, `download-corrupt`, `disk-full`.
 */
export async function downloadFile(file: RemoteFile, target: string, options: DownloadOptions = {}): Promise<void> {
  const part = `${target}.part`;
  let fruitless = 0;
  let restarted = false;
  for (;;) {
    throwIfCancelled(options.signal);
    try {
      const attempt = await fetchRest(file, part, options);
      if (attempt.kind === 'complete') {
        await rename(part, target);
        return;
      }
      fruitless = attempt.gained > 0 ? 0 : fruitless + 1;
      if (fruitless >= fruitlessAttempts) {
        throw new ShorthandError('network-failed', `${file.url} can't be fetched: ${attempt.reason}`);
      }
    } catch (error) {
      // What is on disk may be of an earlier attempt that went wrong: once more from the start, then it is the server's fault.
      if (!ShorthandError.is(error, 'download-corrupt') || restarted) {
        throw error;
      }
      restarted = true;
    }
    await pause((options.retryMs ?? defaultRetryMs) * 2 ** fruitless, options.signal);
  }
}

async function fetchRest(file: RemoteFile, part: string, options: DownloadOptions): Promise<Attempt> {
  const hash = startHash(file.hash, file.bytes);
  const have = await bytesOnDisk(file, part, hash, options.signal);
  if (have === file.bytes) {
    await finish(file, part, hash);
    return { kind: 'complete' };
  }
  const stalled = new AbortController();
  const response = await request(file, have, options, stalled.signal);
  if (!(response instanceof Response)) {
    return { kind: 'lost', reason: response.reason, gained: 0 };
  }
  const resumed = response.status === 206;
  checkLength(file, response, resumed ? have : 0);
  const handle = await openPart(part, resumed);
  // A server that knows no ranges starts over.
  const running = resumed ? hash : startHash(file.hash, file.bytes);
  let done = resumed ? have : 0;
  const before = done;
  const watchdog = watch(stalled, options.stallMs ?? defaultStallMs);
  try {
    for await (const chunk of bodyOf(response)) {
      watchdog.seen();
      done += chunk.length;
      if (done > file.bytes) {
        throw await corrupt(part, `${file.url} is longer than the ${file.bytes} bytes that were announced.`);
      }
      await write(handle, chunk);
      running.update(chunk);
      options.onBytes?.(done);
    }
  } catch (error) {
    throwIfCancelled(options.signal);
    if (ShorthandError.is(error)) {
      throw error;
    }
    return { kind: 'lost', reason: errorMessage(error), gained: done - before };
  } finally {
    watchdog.stop();
    await handle.close();
  }
  if (done < file.bytes) {
    return { kind: 'lost', reason: `the connection ended after ${done} of ${file.bytes} bytes`, gained: done - before };
  }
  await finish(file, part, running);
  return { kind: 'complete' };
}

/** Bytes of an earlier attempt, fed into the hash; more than the file has are thrown away. */
async function bytesOnDisk(file: RemoteFile, part: string, hash: Hash, signal: AbortSignal | undefined): Promise<number> {
  const size = (await fileLength(part)) ?? 0;
  if (size > file.bytes) {
    await rm(part, { force: true });
    return 0;
  }
  return size === 0 ? 0 : hashInto(hash, part, signal);
}

async function request(file: RemoteFile, from: number, options: DownloadOptions, stalled: AbortSignal): Promise<Response | { readonly reason: string }> {
  const signals = [stalled, ...(options.signal === undefined ? [] : [options.signal])];
  let response: Response;
  try {
    response = await fetch(file.url, { headers: { ...options.headers, ...(from > 0 ? { range: `bytes=${from}-` } : {}) }, signal: AbortSignal.any(signals) });
  } catch (error) {
    throwIfCancelled(options.signal);
    return { reason: networkMessage(error) };
  }
  if (response.status === 401 || response.status === 403) {
    throw new ShorthandError('access-denied', `${file.url} needs a permission (${response.status}).`);
  }
  if (response.status === 404) {
    throw new ShorthandError('model-not-found', `${file.url} is not there.`);
  }
  if (response.status !== 200 && response.status !== 206) {
    await response.body?.cancel();
    return { reason: `the server answered ${response.status}` };
  }
  return response;
}

async function* bodyOf({ body }: Response): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  for (let next = await reader?.read(); next?.value !== undefined; next = await reader?.read()) {
    yield next.value;
  }
}

/** A length that the server announces must be the one that is expected, whatever it counts from. */
function checkLength(file: RemoteFile, response: Response, from: number): void {
  const total = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1];
  const length = response.headers.get('content-length');
  // The length of a compressed body says nothing about the file.
  const announced = total !== undefined ? Number(total) : length !== null && response.headers.get('content-encoding') === null ? Number(length) + from : undefined;
  if (announced !== undefined && announced !== file.bytes) {
    throw new ShorthandError('download-corrupt', `${file.url} has ${announced} bytes, ${file.bytes} are expected.`);
  }
}

async function finish(file: RemoteFile, part: string, hash: Hash): Promise<void> {
  const actual = hash.digest('hex');
  if (actual !== file.hash.value) {
    throw await corrupt(part, `${file.url} has the hash ${actual}, ${file.hash.value} is expected.`);
  }
}

async function corrupt(part: string, message: string): Promise<ShorthandError> {
  await rm(part, { force: true });
  return new ShorthandError('download-corrupt', message);
}

function openPart(part: string, append: boolean): Promise<FileHandle> {
  return open(part, append ? 'a' : 'w').catch((error: unknown) => {
    throw diskError(error);
  });
}

async function write(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  try {
    // `write` may take only a part where the disk is nearly full.
    await handle.appendFile(chunk);
  } catch (error) {
    throw diskError(error);
  }
}

function diskError(error: unknown): ShorthandError {
  const full = ['ENOSPC', 'EDQUOT'].includes(systemErrorCode(error) ?? '');
  return new ShorthandError(full ? 'disk-full' : 'store-unavailable', errorMessage(error), { cause: error });
}

/** Ends a connection that brings nothing any more. */
function watch(stalled: AbortController, stallMs: number): { seen(): void; stop(): void } {
  const abort = (): void => stalled.abort(new Error(`no byte came for ${stallMs} ms`));
  let timer = setTimeout(abort, stallMs);
  return {
    seen: () => {
      clearTimeout(timer);
      timer = setTimeout(abort, stallMs);
    },
    stop: () => clearTimeout(timer),
  };
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (isCancellation(error)) {
      throw new ShorthandError('cancelled', 'The download was cancelled.');
    }
    throw error;
  }
}
