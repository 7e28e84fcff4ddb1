import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Where converted bundles lie below the folder of all models. */
export function bundlesFolder(modelsRoot: string): string {
  return join(modelsRoot, 'bundles');
}

export function bundleFolder(modelsRoot: string, id: string): string {
  return join(bundlesFolder(modelsRoot), id);
}

/** No id of a bundle ends like this: it would have to hold an upper-case letter. */
const partialEnding = '.PARTIAL';

/** Where a bundle is made, and stays when that is interrupted. */
export function partialFolder(modelsRoot: string, id: string): string {
  return `${bundleFolder(modelsRoot, id)}${partialEnding}`;
}

/** Deletes what interrupted builds left. Returns the bytes that were freed. */
export async function discardPartials(modelsRoot: string): Promise<number> {
  const names = await readdir(bundlesFolder(modelsRoot)).catch(() => []);
  let freed = 0;
  for (const name of names.filter(found => found.endsWith(partialEnding))) {
    const folder = join(bundlesFolder(modelsRoot), name);
    freed += await folderBytes(folder);
    await rm(folder, { recursive: true, force: true });
  }
  return freed;
}

/** Bytes of the files of a flat folder. */
export async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder);
  const sizes = await Promise.all(names.map(async name => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}
