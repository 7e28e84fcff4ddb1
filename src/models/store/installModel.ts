import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { ShorthandError, throwIfCancelled } from '../../common/errors';
import { downloadFile, type DownloadOptions } from '../download/downloadFile';
import { hashInto, startHash } from '../download/fileHash';
import { fileLength } from '../download/fileLength';
import { withLock } from '../download/folderLock';
import type { HubModel } from '../hub/hubClient';
import { requireSpace } from './freeSpace';
import { completeFile, installedSchema, modelFolder, readInstalled, type InstalledModel, type InstalledRecord } from './installedModel';

/** A snapshot of an installation. */
export interface InstallProgress {
  readonly file: string;
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly bytes: number;
  readonly bytesTotal: number;
}

export type InstallOptions = Omit<DownloadOptions, 'onBytes'> & {
  readonly onProgress?: ((progress: InstallProgress) => void) | undefined;
  /** Called once when another window works on the same model, and this one waits for it. */
  readonly onWait?: (() => void) | undefined;
};

/**
 * Fetches a model into a folder of its own below `root`, one window at a time; another one waits and then finds it. What is there is kept,
 * also what an earlier call left unfinished. Errors: those of `downloadFile`, and `disk-full` before anything is fetched.
 */
export async function installModel(root: string, model: HubModel, options: InstallOptions = {}): Promise<InstalledModel> {
  const folder = modelFolder(root, model.id, model.revision);
  await mkdir(root, { recursive: true });
  return withLock(`${folder}.lock`, options, async () => {
    const known = await readInstalled(folder);
    const wanted = new Set(model.files.map(({ path }) => path));
    if (known !== undefined && [...wanted].every(path => known.files.some(file => file.path === path))) {
      return known;
    }
    await mkdir(folder, { recursive: true });
    const bytesTotal = model.files.reduce((sum, file) => sum + file.bytes, 0);
    await requireSpace(root, bytesTotal - (await bytesPresent(folder, model)));
    let finished = 0;
    for (const [filesDone, file] of model.files.entries()) {
      throwIfCancelled(options.signal);
      const target = join(folder, file.path);
      const report = (bytes: number): void => options.onProgress?.({ file: file.path, filesDone, filesTotal: model.files.length, bytes: finished + bytes, bytesTotal });
      report(0);
      if ((await fileLength(target)) !== file.bytes) {
        await mkdir(dirname(target), { recursive: true });
        await downloadFile(file, target, { ...options, onBytes: report });
      }
      finished += file.bytes;
    }
    const { id, revision, licence } = model;
    // An earlier call may have fetched another part of the same commit.
    const others = known?.files.filter(file => !wanted.has(file.path)) ?? [];
    const files = [...others, ...model.files.map(({ path, bytes, hash }) => ({ path, bytes, hash }))];
    return complete(folder, { id, revision, ...(licence === undefined ? {} : { licence }), files });
  });
}

/**
 * Copies a model's folder from another place, for machines without a network: one that Shorthand made elsewhere, with its list of files. Every
 * file is compared with its hash. Errors: `bundle-missing` (no list), `bundle-corrupt` (names the file), `disk-full`, `cancelled`.
 */
export async function importModel(root: string, source: string, signal?: AbortSignal): Promise<InstalledModel> {
  const text = await readFile(join(source, completeFile), 'utf8').catch((error: unknown) => {
    throw new ShorthandError('bundle-missing', `${source} has no ${completeFile}: choose a model's folder that Shorthand has made.`, { cause: error });
  });
  const record = v.safeParse(v.pipe(v.string(), v.parseJson(), installedSchema), text);
  if (!record.success) {
    throw new ShorthandError('bundle-corrupt', `${join(source, completeFile)} is damaged.`);
  }
  const { id, revision, files } = record.output;
  const folder = modelFolder(root, id, revision);
  await mkdir(root, { recursive: true });
  return withLock(`${folder}.lock`, { signal }, async () => {
    await requireSpace(root, files.reduce((sum, file) => sum + file.bytes, 0));
    for (const { path, bytes, hash } of files) {
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      await cp(join(source, path), target).catch((error: unknown) => {
        throw new ShorthandError('bundle-missing', `${join(source, path)} can't be read.`, { cause: error });
      });
      const running = startHash(hash, bytes);
      const length = await hashInto(running, target, signal);
      if (length !== bytes || running.digest('hex') !== hash.value) {
        await rm(target, { force: true });
        throw new ShorthandError('bundle-corrupt', `${join(source, path)} is damaged: its hash is another.`);
      }
    }
    return complete(folder, record.output);
  });
}

/** Deletes a model. Returns the bytes that it held. */
export async function removeModel(model: InstalledModel): Promise<number> {
  return withLock(`${model.folder}.lock`, {}, async () => {
    // First what makes it count as complete: a deletion that is interrupted leaves no half of a model.
    await rm(join(model.folder, completeFile), { force: true });
    await rm(model.folder, { recursive: true, force: true });
    return model.bytes;
  });
}

async function complete(folder: string, record: InstalledRecord): Promise<InstalledModel> {
  await writeFile(join(folder, completeFile), `${JSON.stringify(record, undefined, 2)}\n`);
  const installed = await readInstalled(folder);
  if (installed === undefined) {
    throw new ShorthandError('internal', `${folder} is not complete although every file was fetched.`);
  }
  return installed;
}

async function bytesPresent(folder: string, model: HubModel): Promise<number> {
  const lengths = await Promise.all(model.files.flatMap(({ path }) => [fileLength(join(folder, path)), fileLength(join(folder, `${path}.part`))]));
  return lengths.reduce<number>((sum, length) => sum + (length ?? 0), 0);
}
