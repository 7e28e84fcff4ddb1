import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BundleFile } from '../../common/bundle';
import { errorMessage, ShorthandError, throwIfCancelled } from '../../common/errors';
import { isMissing } from './fileErrors';

const readBytes = 1024 * 1024;

/**
 * Compares every file with its size, then every file with its hash: a truncated download is named at once, before gigabytes are read.
 * Nothing is remembered between starts. A verdict kept by size and time would miss a file that was damaged or replaced with both intact.
 * Errors: `bundle-corrupt` (names the file), `cancelled`.
 */
export async function verifyFiles(folder: string, files: readonly BundleFile[], signal?: AbortSignal): Promise<void> {
  for (const file of files) {
    const bytes = await sizeOf(path.join(folder, file.path), file.path);
    if (bytes !== file.bytes) {
      throw corrupt(file.path, `has ${bytes} bytes, the manifest says ${file.bytes}`);
    }
  }
  for (const file of files) {
    const actual = await sha256Of(path.join(folder, file.path), file.path, signal);
    if (actual !== file.sha256) {
      throw corrupt(file.path, `has the SHA-256 ${actual}, the manifest says ${file.sha256}`);
    }
  }
}

async function sizeOf(file: string, name: string): Promise<number> {
  const stats = await stat(file).catch((error: unknown) => {
    throw corrupt(name, isMissing(error) ? 'is missing' : `can't be read: ${errorMessage(error)}`, error);
  });
  if (!stats.isFile()) {
    throw corrupt(name, 'is not a file');
  }
  return stats.size;
}

async function sha256Of(file: string, name: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file, { highWaterMark: readBytes }), hash, signal ? { signal } : {});
  } catch (error) {
    throwIfCancelled(signal);
    throw corrupt(name, `can't be read: ${errorMessage(error)}`, error);
  }
  return hash.digest('hex');
}

function corrupt(name: string, what: string, cause?: unknown): ShorthandError {
  return new ShorthandError('bundle-corrupt', `The bundle's file ${name} ${what}.`, { cause });
}
