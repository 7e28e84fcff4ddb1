import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { AddModelParams, AddModelProgress, AddModelResult, AddModelStep } from '../../common/builderProtocol';
import { throwIfCancelled } from '../../common/errors';
import { openDecoder } from '../checkpoint/parts';
import { decoderGraph, writeGraph } from '../output/graphFiles';
import { bundleFiles } from '../output/manifest';
import { writeEmbeddings } from '../output/rawTables';
import type { WriterHooks } from '../weights/weightWriter';
import { bundleFolder, bundlesFolder, folderBytes, partialFolder } from './bundleFolders';

export interface AddModelOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: AddModelProgress) => void) | undefined;
}

/**
 * Makes a bundle below `modelsRoot` out of a decoder's folder.
 * Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported`, `cancelled`, and the file system's own.
 */
export async function addModel(params: AddModelParams, { signal, onProgress }: AddModelOptions = {}): Promise<AddModelResult> {
  const id = params.id ?? basename(params.decoderFolder).toLowerCase();
  const decoder = await openDecoder(params.decoderFolder);
  try {
    const { shape } = decoder.config;
    const total = 2 * shape.vocabulary * shape.width;
    let done = 0;
    const enter = (step: AddModelStep): WriterHooks => {
      throwIfCancelled(signal);
      onProgress?.({ step, done, total });
      return { signal, onBytes: count => onProgress?.({ step, done: (done += count), total: Math.max(done, total) }) };
    };
    const partial = partialFolder(params.modelsRoot, id);
    await mkdir(bundlesFolder(params.modelsRoot), { recursive: true });
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial);
    const block = { kind: params.decoderWeights === 'int4' ? 'int4' : 'int8', block: params.block } as const;
    await writeGraph(partial, decoderGraph(decoder, params.decoderWeights === 'fp32' ? { kind: 'fp32' } : block), enter('decoder'));
    await writeEmbeddings(join(partial, bundleFiles.embeddings), decoder, enter('embeddings'));
    enter('finish');
    const folder = bundleFolder(params.modelsRoot, id);
    await rename(partial, folder);
    return { id, folder, bytes: await folderBytes(folder), licence: params.licence ?? 'unknown', compressor: 'none', existed: false };
  } finally {
    await decoder.tensors.close();
  }
}
