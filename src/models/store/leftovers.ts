import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../download/folderLock';
import { folderBytes } from './folderBytes';

/** A checkpoint, whole or in part, that no bundle was made of yet. */
export interface Leftover {
  readonly name: string;
  readonly folder: string;
  readonly bytes: number;
}

/** What lies beside the bundles: folders of one repository at one commit. */
export async function listLeftovers(root: string): Promise<readonly Leftover[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const names = entries.filter(entry => entry.isDirectory() && /^.+--.+@[0-9a-f]{12}$/.test(entry.name)).map(entry => entry.name);
  return Promise.all(names.sort().map(async name => ({ name, folder: join(root, name), bytes: await folderBytes(join(root, name)) })));
}

/** Deletes it, once no window downloads it any more. Returns the bytes that it held. */
export async function removeLeftover({ folder, bytes }: Leftover): Promise<number> {
  return withLock(`${folder}.lock`, {}, async () => {
    await rm(folder, { recursive: true, force: true });
    return bytes;
  });
}
