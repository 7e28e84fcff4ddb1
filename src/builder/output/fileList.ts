import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundleFile } from '../../common/bundle';
import { throwIfCancelled } from '../../common/errors';

/** Every file of a flat folder with its size and SHA-256, in order of name. */
export async function listFiles(folder: string, signal: AbortSignal | undefined): Promise<readonly BundleFile[]> {
  const files: BundleFile[] = [];
  for (const name of (await readdir(folder)).sort()) {
    files.push(await describeFile(folder, name, signal));
  }
  return files;
}

/** Size and SHA-256 of one file of a folder. Errors: `cancelled`. */
export async function describeFile(folder: string, path: string, signal: AbortSignal | undefined): Promise<BundleFile> {
  const file = join(folder, path);
  return { path, bytes: (await stat(file)).size, sha256: await hashFile(file, signal) };
}

async function hashFile(file: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  const chunks: AsyncIterable<Buffer> = createReadStream(file, { highWaterMark: 1024 * 1024 });
  for await (const chunk of chunks) {
    throwIfCancelled(signal);
    hash.update(chunk);
  }
  return hash.digest('hex');
}
