import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundleFile } from '../../common/bundle';
import { throwIfCancelled } from '../../common/errors';
import { describeFile } from '../output/fileList';
import type { BundlePart } from './bundlePart';
import type { Journal } from './journal';

export interface PartsProgress {
  readonly step: BundlePart['step'];
  readonly done: number;
  readonly total: number;
}

export interface WriteOptions {
  readonly signal: AbortSignal | undefined;
  /** As in `Resumption`. */
  readonly every: number;
  readonly onProgress: (progress: PartsProgress) => void;
}

/** Bytes of all parts, and how many of them are still to be written. */
export function bytesOf(parts: readonly BundlePart[], journal: Journal): { readonly total: number; readonly missing: number } {
  const files = parts.flatMap(part => part.files);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  return { total, missing: total - files.reduce((sum, { path }) => sum + journal.written(path), 0) };
}

/**
 * Writes the parts one after the other into the journal's folder, except for what an earlier run has finished, and notes how far it came.
 * Errors: those of the parts, and `cancelled`.
 */
export async function writeParts(parts: readonly BundlePart[], journal: Journal, { signal, every, onProgress }: WriteOptions): Promise<readonly BundleFile[]> {
  const { total } = bytesOf(parts, journal);
  const files: BundleFile[] = [];
  let before = 0;
  for (const part of parts) {
    throwIfCancelled(signal);
    const known = part.files.flatMap(({ path }) => journal.complete(path) ?? []);
    onProgress({ step: part.step, done: before, total });
    if (known.length === part.files.length) {
      files.push(...known);
    } else {
      files.push(...(await writePart(part, journal, { signal, every }, bytes => onProgress({ step: part.step, done: before + bytes, total }))));
    }
    before += part.files.reduce((sum, { bytes }) => sum + bytes, 0);
    onProgress({ step: part.step, done: before, total });
  }
  return files;
}

async function writePart({ files, growing, write }: BundlePart, journal: Journal, { signal, every }: Pick<WriteOptions, 'signal' | 'every'>, onBytes: (bytes: number) => void): Promise<readonly BundleFile[]> {
  let written = 0;
  const resumption = {
    from: growing === undefined ? 0 : journal.written(growing),
    every,
    save: (bytes: number) => (growing === undefined ? Promise.resolve() : journal.noteGrowth(growing, bytes)),
  };
  await write(journal.folder, { signal, onBytes: count => onBytes((written += count)) }, resumption);
  const described: BundleFile[] = [];
  for (const { path, bytes } of files) {
    const { size } = await stat(join(journal.folder, path));
    if (size !== bytes) {
      throw new Error(`${path} has ${size} bytes; ${bytes} were reckoned.`);
    }
    described.push(await describeFile(journal.folder, path, signal));
  }
  await journal.noteComplete(described);
  return described;
}
