import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileLength } from '../download/fileLength';

/** Bytes of all files in a folder, those of its folders included; 0 where there is none. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const lengths = await Promise.all(entries.filter(entry => entry.isFile()).map(entry => fileLength(join(entry.parentPath, entry.name))));
  return lengths.reduce<number>((sum, length) => sum + (length ?? 0), 0);
}

/** Bytes of the weights of a checkpoint in Hugging Face's layout. */
export async function checkpointBytes(folder: string): Promise<number> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.safetensors'));
  const lengths = await Promise.all(names.map(name => fileLength(join(folder, name))));
  return lengths.reduce<number>((sum, length) => sum + (length ?? 0), 0);
}
