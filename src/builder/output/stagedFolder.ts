import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { systemErrorCode } from '../../common/errors';

/**
 * Fills a folder beside `target` and moves it there once it is complete: nobody ever sees half of it, and a failure leaves what was there
 * before. `fill` gets the path of the temporary folder.
 */
export async function writeFolderAtomically(target: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const final = resolve(target);
  const staged = `${final}.${randomUUID()}.partial`;
  await mkdir(dirname(final), { recursive: true });
  await mkdir(staged);
  try {
    await fill(staged);
    await replaceFolder(staged, final);
  } catch (error) {
    await rm(staged, { recursive: true, force: true });
    throw error;
  }
}

/** Puts `staged` where `final` is, which is deleted only when the new one is there. */
export async function replaceFolder(staged: string, final: string): Promise<void> {
  const retired = `${final}.${randomUUID()}.old`;
  const existed = await moveIfPresent(final, retired);
  try {
    await rename(staged, final);
  } catch (error) {
    if (existed) {
      await rename(retired, final);
    }
    throw error;
  }
  if (existed) {
    await rm(retired, { recursive: true, force: true });
  }
}

async function moveIfPresent(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      return false;
    }
    throw error;
  }
}
