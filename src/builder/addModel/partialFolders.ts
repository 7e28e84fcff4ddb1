import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleFolder, bundlesFolder } from '../../models/store/bundles';

/** No id of a bundle can end like this. */
const ending = '~partial';

/** Where a bundle is made, and stays when that is interrupted. */
export function partialFolder(modelsRoot: string, id: string): string {
  return `${bundleFolder(modelsRoot, id)}${ending}`;
}

/** Deletes what interrupted builds left. Returns the bytes that were freed. */
export async function discardPartials(modelsRoot: string): Promise<number> {
  const names = await readdir(bundlesFolder(modelsRoot)).catch(() => []);
  let freed = 0;
  for (const name of names.filter(found => found.endsWith(ending))) {
    const folder = join(bundlesFolder(modelsRoot), name);
    freed += await flatFolderBytes(folder);
    await rm(folder, { recursive: true, force: true });
  }
  return freed;
}

async function flatFolderBytes(folder: string): Promise<number> {
  const sizes = await Promise.all((await readdir(folder)).map(async name => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}
