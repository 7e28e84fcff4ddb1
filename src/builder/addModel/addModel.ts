import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestFileName } from '../../common/bundle';
import type { AddModelParams, AddModelProgress, AddModelResult } from '../../common/builderProtocol';
import { ShorthandError, systemErrorCode, throwIfCancelled } from '../../common/errors';
import { openBundle } from '../../engine/bundle/openBundle';
import { parseManifest } from '../../engine/bundle/parseManifest';
import { withLock } from '../../models/download/folderLock';
import { bundleFolder, bundlesFolder, readBundle, type InstalledBundle } from '../../models/store/bundles';
import { requireSpace } from '../../models/store/freeSpace';
import { replaceFolder } from '../output/stagedFolder';
import { addedManifest, bundleParts } from './bundlePlan';
import { bundleTexts } from './bundleTexts';
import { Journal } from './journal';
import { bundleId, bundleLicence, slug, sourceName } from './modelName';
import { openSources } from './openSources';
import { originContent, originIdentity } from './origin';
import { partialFolder } from './partialFolders';
import { sourceIdentity } from './sourceIdentity';
import { bytesOf, writeParts } from './writeParts';

export interface AddModelOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: AddModelProgress) => void) | undefined;
  /** Errors: `disk-full` when so many bytes have no room in a folder's file system. */
  readonly requireSpace?: (folder: string, bytes: number) => Promise<void>;
  /** Bytes between two marks that an interrupted call can be gone on from. */
  readonly bytesBetweenMarks?: number;
}

/** A few seconds of work. */
const usualMarks = 256 * 1024 * 1024;

/**
 * Makes a bundle below `modelsRoot` out of a published decoder and, where there is one, a published compressor. Weights stream through in
 * blocks of rows. What a call that was interrupted has written is kept for the next one with the same sources and options. A bundle of the same
 * id is replaced once the new one is complete.
 * Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported`, `disk-full`, `cancelled`.
 */
export async function addModel(params: AddModelParams, options: AddModelOptions = {}): Promise<AddModelResult> {
  options.onProgress?.({ step: 'check', done: 0, total: 0 });
  const decoder = await sourceName(params.decoderFolder);
  const compressor = params.compressor && (await sourceName(params.compressor.folder));
  const id = bundleId(params, decoder, compressor);
  const names = { id, decoderId: slug(decoder.name), licence: bundleLicence(params, decoder, compressor) };
  const sources = await openSources(params, names.decoderId);
  try {
    const identity = await sourceIdentity(params);
    const origin = originContent(identity, params, decoder, compressor);
    const folder = bundleFolder(params.modelsRoot, id);
    await mkdir(bundlesFolder(params.modelsRoot), { recursive: true });
    return await withLock(`${folder}.lock`, { signal: options.signal }, async () => {
      const known = (await originIdentity(folder)) === identity ? await soundBundle(folder, options.signal) : undefined;
      return known === undefined ? result(await build(), false) : result(known, true);
    });

    async function build(): Promise<InstalledBundle> {
      const texts = await bundleTexts(params, sources);
      const parts = await bundleParts(params, sources, { ...texts, files: [...texts.files, origin] }, options.signal);
      const journal = await Journal.open(partialFolder(params.modelsRoot, id), identity);
      const { total, missing } = bytesOf(parts, journal);
      await (options.requireSpace ?? requireSpace)(journal.folder, missing);
      const files = await writeParts(parts, journal, { signal: options.signal, every: options.bytesBetweenMarks ?? usualMarks, onProgress: progress => options.onProgress?.(progress) });
      options.onProgress?.({ step: 'finish', done: total, total });
      const manifest = addedManifest(params, sources, texts, names, files);
      const file = join(journal.folder, manifestFileName);
      const text = `${JSON.stringify(manifest, undefined, 2)}\n`;
      // What the engine would refuse must not take the place of what it takes.
      parseManifest(text, file);
      await writeFile(file, text);
      await journal.close();
      await replaceFolder(journal.folder, folder);
      return { folder, manifest, bytes: total };
    }
  } catch (error) {
    throw systemErrorCode(error) === 'ENOSPC' ? new ShorthandError('disk-full', 'The disk is full. What was written is kept for the next try.', { cause: error }) : error;
  } finally {
    await sources.close();
  }
}

/** The bundle in a folder, if every file of it is what its manifest says. */
async function soundBundle(folder: string, signal: AbortSignal | undefined): Promise<InstalledBundle | undefined> {
  try {
    await openBundle(folder, signal);
  } catch {
    throwIfCancelled(signal);
    return undefined;
  }
  return readBundle(folder);
}

function result({ folder, manifest: { id, licence, compressor }, bytes }: InstalledBundle, existed: boolean): AddModelResult {
  return { id, folder, bytes, licence, compressor: compressor?.encoder.kind ?? 'none', existed };
}
