import { createHash, type Hash } from 'node:crypto';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AddModelParams } from '../../common/builderProtocol';

/** To be raised when the same sources and options give other bytes. */
const builderVersion = 1;

/** What is hashed of each file: all of a configuration, the header and first tensors of weights. */
const hashedBytes = 16 * 1024 * 1024;

/**
 * A name for what a bundle is made of: the options, and of every file of the sources its path in its folder, length, time of change and first
 * megabytes. Gigabytes of weights are not read for it. Errors: the file system's own.
 */
export async function sourceIdentity({ decoderFolder, compressor, decoderWeights, encoderWeights, block, id, licence }: AddModelParams): Promise<string> {
  const hash = createHash('sha256');
  const { bridge, ratio, window } = compressor ?? {};
  hash.update(JSON.stringify([builderVersion, decoderWeights, encoderWeights, block, id, licence, bridge, ratio, window]));
  for (const folder of [decoderFolder, compressor?.folder, compressor?.baseFolder]) {
    hash.update('\nfolder\n');
    if (folder !== undefined) {
      await addFolder(hash, folder);
    }
  }
  return hash.digest('hex');
}

async function addFolder(hash: Hash, folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile() || entry.isSymbolicLink()).map(entry => join(entry.parentPath, entry.name));
  for (const file of files.sort()) {
    hash.update(`${file.slice(folder.length)}\n`);
    await addFile(hash, file);
  }
}

async function addFile(hash: Hash, file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    const { size, mtimeMs } = await handle.stat();
    hash.update(`${size} ${mtimeMs}\n`);
    const bytes = Buffer.alloc(Math.min(size, hashedBytes));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    hash.update(bytes.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}
