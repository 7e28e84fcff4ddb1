import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { fileLength } from '../download/fileLength';
import { fileHashSchema, relativePathSchema, sizeSchema } from './fields';

/** Stands in a model's folder once everything else does: without it, a folder is an unfinished download. */
export const completeFile = 'complete.json';

export const installedSchema = v.object({
  id: v.string(),
  revision: v.string(),
  licence: v.optional(v.string()),
  files: v.array(v.object({ path: relativePathSchema, bytes: sizeSchema, hash: fileHashSchema })),
});

export type InstalledRecord = v.InferOutput<typeof installedSchema>;

/** A model that is complete on this machine. */
export interface InstalledModel extends InstalledRecord {
  readonly folder: string;
  readonly bytes: number;
}

/** Where a model lies below the folder of all models. A commit is long; twelve digits of it tell them apart. */
export function modelFolder(root: string, id: string, revision: string): string {
  return join(root, `${id.replaceAll('/', '--')}@${revision.slice(0, 12)}`);
}

/** The models that are complete, in order of their folders. */
export async function listModels(root: string): Promise<readonly InstalledModel[]> {
  const names = await readdir(root).catch(() => []);
  const found = await Promise.all(names.sort().map(name => readInstalled(join(root, name))));
  return found.filter(model => model !== undefined);
}

/** What a folder says of itself; undefined when it is not complete or a file has another length than it should. */
export async function readInstalled(folder: string): Promise<InstalledModel | undefined> {
  const text = await readFile(join(folder, completeFile), 'utf8').catch(() => undefined);
  const record = v.safeParse(v.pipe(v.string(), v.parseJson(), installedSchema), text);
  if (!record.success) {
    return undefined;
  }
  for (const { path, bytes } of record.output.files) {
    if ((await fileLength(join(folder, path))) !== bytes) {
      return undefined;
    }
  }
  return { ...record.output, folder, bytes: record.output.files.reduce((sum, file) => sum + file.bytes, 0) };
}
