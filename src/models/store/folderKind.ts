import { join } from 'node:path';
import { manifestFileName } from '../../common/bundle';
import { fileLength } from '../download/fileLength';
import { completeFile } from './installedModel';

/** What a folder holds: a finished bundle, a checkpoint that Shorthand fetched elsewhere, or one in Hugging Face's layout. */
export type ModelFolderKind = 'bundle' | 'fetched' | 'hugging-face';

/** Looks at a folder's files by name alone; undefined when it holds no model. */
export async function modelFolderKind(folder: string): Promise<ModelFolderKind | undefined> {
  const has = async (...names: string[]): Promise<boolean> => (await Promise.all(names.map(name => fileLength(join(folder, name))))).some(length => length !== undefined);
  if (await has(manifestFileName)) {
    return 'bundle';
  }
  if (await has(completeFile)) {
    return 'fetched';
  }
  return (await has('config.json')) && (await has('model.safetensors', 'model.safetensors.index.json')) ? 'hugging-face' : undefined;
}
