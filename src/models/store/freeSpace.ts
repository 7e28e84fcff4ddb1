import { statfs } from 'node:fs/promises';
import { ShorthandError } from '../../common/errors';

/** Free space that an installation leaves, so that the rest of the machine goes on. */
const spareBytes = 200_000_000;

/** Errors: `disk-full` when so many bytes would not leave enough in a folder's file system. */
export async function requireSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bytes + spareBytes > bavail * bsize) {
    throw new ShorthandError('disk-full', `${bytes} bytes are needed in ${folder}; ${bavail * bsize} are free.`);
  }
}
