import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isCancellation, ShorthandError, systemErrorCode } from '../../common/errors';

/** How often the holder of a lock shows that it lives, and after how long without that its lock counts as left behind. */
const beatMs = 2000;
const staleMs = 15_000;
const pollMs = 200;

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once when another process holds the lock. */
  readonly onWait?: (() => void) | undefined;
}

/**
 * Runs `task` while no other process does the same for this lock file: two windows must not write one model. The file's time of change is the
 * holder's sign of life, so a lock that a crash left behind is taken over. Errors: `cancelled` while waiting, and those of the task.
 */
export async function withLock<T>(file: string, options: LockOptions, task: () => Promise<T>): Promise<T> {
  await acquire(file, options);
  const beat = setInterval(() => void touch(file), beatMs);
  beat.unref();
  try {
    return await task();
  } finally {
    clearInterval(beat);
    await rm(file, { force: true });
  }
}

async function acquire(file: string, { signal, onWait }: LockOptions): Promise<void> {
  let waited = false;
  while (!(await create(file))) {
    if (await isStale(file)) {
      await rm(file, { force: true });
      continue;
    }
    if (!waited) {
      waited = true;
      onWait?.();
    }
    try {
      await sleep(pollMs, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      throw isCancellation(error) ? new ShorthandError('cancelled', 'The wait for another window was cancelled.') : error;
    }
  }
}

async function create(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

async function isStale(file: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(file);
    return Date.now() - mtimeMs > staleMs || !isAlive(Number(await readFile(file, 'utf8')), Date.now() - mtimeMs);
  } catch {
    // It has just been given back.
    return false;
  }
}

/** A file that has just been made may not hold its number yet. */
function isAlive(pid: number, ageMs: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) {
    return ageMs < beatMs;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

async function touch(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => undefined);
}
