import { randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { bundleManifestSchema, manifestFileName, type BundleManifest } from '../../common/bundle';
import { ShorthandError, throwIfCancelled } from '../../common/errors';
import { hashInto, startHash } from '../download/fileHash';
import { withLock } from '../download/folderLock';
import { requireSpace } from './freeSpace';

/** A bundle on this machine, as its manifest describes it. Its files are compared with their hashes when it is loaded. */
export interface InstalledBundle {
  readonly folder: string;
  readonly manifest: BundleManifest;
  /** Bytes of its files. */
  readonly bytes: number;
}

/** Where the bundles lie below the folder of all models. */
export function bundlesFolder(root: string): string {
  return join(root, 'bundles');
}

export function bundleFolder(root: string, id: string): string {
  return join(bundlesFolder(root), id);
}

/** The bundles of a folder of models, in order of their ids. One that is half deleted or of another version of Shorthand is none. */
export async function listBundles(root: string): Promise<readonly InstalledBundle[]> {
  const names = await readdir(bundlesFolder(root)).catch(() => []);
  const found = await Promise.all(names.sort().map(name => readBundle(bundleFolder(root, name))));
  return found.filter(bundle => bundle !== undefined).filter(({ folder, manifest }) => basename(folder) === manifest.id);
}

/** Reads the manifest of a bundle; undefined where there is none that this version understands. */
export async function readBundle(folder: string): Promise<InstalledBundle | undefined> {
  const text = await readFile(join(folder, manifestFileName), 'utf8').catch(() => undefined);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), bundleManifestSchema), text);
  return parsed.success ? { folder, manifest: parsed.output, bytes: parsed.output.files.reduce((sum, file) => sum + file.bytes, 0) } : undefined;
}

/**
 * Copies a finished bundle from another place and compares every file with its hash. One of the same id is replaced, once the copy is complete.
 * Errors: `bundle-missing` (no manifest that this version reads), `bundle-corrupt` (names the file), `disk-full`, `cancelled`.
 */
export async function importBundle(root: string, source: string, signal?: AbortSignal): Promise<InstalledBundle> {
  const bundle = await readBundle(source);
  if (bundle === undefined) {
    throw new ShorthandError('bundle-missing', `${source} has no ${manifestFileName} that this version reads.`);
  }
  const { manifest, bytes } = bundle;
  const target = bundleFolder(root, manifest.id);
  if (await isSameFolder(source, target)) {
    return bundle;
  }
  await mkdir(bundlesFolder(root), { recursive: true });
  return withLock(`${target}.lock`, { signal }, async () => {
    await requireSpace(root, bytes);
    const staged = `${target}.${randomUUID()}.partial`;
    try {
      for (const file of manifest.files) {
        throwIfCancelled(signal);
        await copyChecked(join(source, file.path), join(staged, file.path), file, signal);
      }
      await cp(join(source, manifestFileName), join(staged, manifestFileName));
      await rm(target, { recursive: true, force: true });
      await rename(staged, target);
    } catch (error) {
      await rm(staged, { recursive: true, force: true });
      throw error;
    }
    return { folder: target, manifest, bytes };
  });
}

/** Deletes a bundle. Returns the bytes that it held. */
export async function removeBundle({ folder, bytes }: InstalledBundle): Promise<number> {
  return withLock(`${folder}.lock`, {}, async () => {
    // First what makes it count as a bundle: a deletion that is interrupted leaves no half of one.
    await rm(join(folder, manifestFileName), { force: true });
    await rm(folder, { recursive: true, force: true });
    return bytes;
  });
}

async function copyChecked(from: string, to: string, { bytes, sha256 }: BundleManifest['files'][number], signal: AbortSignal | undefined): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to).catch((error: unknown) => {
    throw new ShorthandError('bundle-corrupt', `${from} can't be read.`, { cause: error });
  });
  const hash = startHash({ kind: 'sha256', value: sha256 }, bytes);
  const length = await hashInto(hash, to, signal);
  if (length !== bytes || hash.digest('hex') !== sha256) {
    throw new ShorthandError('bundle-corrupt', `${from} is damaged: its hash is another.`);
  }
}

async function isSameFolder(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map(folder => stat(folder, { bigint: true }).catch(() => undefined)));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}
