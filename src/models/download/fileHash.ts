import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { throwIfCancelled } from '../../common/errors';

/**
 * What a file must hash to. Hugging Face gives the SHA-256 of large files (Git LFS), and of small ones the id of their Git blob: the SHA-1 of
 * `blob`, the length, a zero byte and the content.
 */
export type FileHash = { readonly kind: 'sha256'; readonly value: string } | { readonly kind: 'git-blob'; readonly value: string };

/** Begins to hash a file of `bytes` bytes. */
export function startHash({ kind }: FileHash, bytes: number): Hash {
  return kind === 'sha256' ? createHash('sha256') : createHash('sha1').update(`blob ${bytes}\0`);
}

/** Feeds a file into a hash. Returns its length in bytes. Errors: `cancelled`, and the file system's own. */
export async function hashInto(hash: Hash, file: string, signal: AbortSignal | undefined): Promise<number> {
  let bytes = 0;
  const chunks: AsyncIterable<Buffer> = createReadStream(file, { highWaterMark: 1024 * 1024 });
  for await (const chunk of chunks) {
    throwIfCancelled(signal);
    hash.update(chunk);
    bytes += chunk.length;
  }
  return bytes;
}
