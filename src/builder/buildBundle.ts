import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestFileName, type BundleManifest } from '../common/bundle';
import { throwIfCancelled } from '../common/errors';
import { openCheckpoint, type Checkpoint } from './checkpoint/checkpoint';
import { listFiles } from './output/fileList';
import { decoderGraph, encoderGraph, projectorGraph, slotCodeGraphs, writeGraph } from './output/graphFiles';
import { bundleFiles, createManifest } from './output/manifest';
import { centroidTable, writeEmbeddings, writeSpecials } from './output/rawTables';
import { writeFolderAtomically } from './output/stagedFolder';
import type { BuildQuantisation } from './weights/schemes';
import type { WriterHooks } from './weights/weightWriter';

export const buildSteps = ['encoder', 'projector', 'decoder', 'embeddings', 'hashes'] as const;
export type BuildStep = (typeof buildSteps)[number];

/** A snapshot of a build under way. `bytes` counts what was written in this step. */
export interface BuildProgress {
  readonly step: BuildStep;
  readonly bytes: number;
}

export interface BuildOptions {
  /** tokenizer.json, bundle-meta.json and the folders decoder/, encoder/, projector/ and perhaps slot-code/ with config.json and safetensors. */
  readonly checkpointFolder: string;
  /** Replaced as a whole once the bundle is complete. */
  readonly outputFolder: string;
  readonly quantisation: BuildQuantisation;
  /** SPDX expression for the manifest. */
  readonly licence: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BuildProgress) => void;
}

/**
 * Turns a trained checkpoint into a bundle. Weights stream through in blocks of rows, so that memory stays far below the checkpoint's size.
 * Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported`, `cancelled`, and the file system's own.
 */
export async function buildBundle(options: BuildOptions): Promise<BundleManifest> {
  const checkpoint = await openCheckpoint(options.checkpointFolder);
  try {
    const manifests: BundleManifest[] = [];
    await writeFolderAtomically(options.outputFolder, async folder => {
      manifests.push(await fillFolder(folder, checkpoint, options));
    });
    const [manifest] = manifests;
    if (manifest === undefined) {
      throw new Error('A finished build has a manifest.');
    }
    return manifest;
  } finally {
    await checkpoint.close();
  }
}

async function fillFolder(folder: string, checkpoint: Checkpoint, { quantisation, licence, signal, onProgress }: BuildOptions): Promise<BundleManifest> {
  const { decoder, encoder, slotCode, projector } = checkpoint;
  const enter = (step: BuildStep): WriterHooks => {
    throwIfCancelled(signal);
    let bytes = 0;
    onProgress?.({ step, bytes });
    return {
      signal,
      onBytes: count => {
        bytes += count;
        onProgress?.({ step, bytes });
      },
    };
  };
  await copyFile(checkpoint.tokenizerFile, join(folder, bundleFiles.tokenizer));
  await writeGraph(folder, encoderGraph(encoder, quantisation.encoder), enter('encoder'));
  if (slotCode !== undefined) {
    await writeFile(join(folder, bundleFiles.centroids), await centroidTable(slotCode));
    for (const graph of slotCodeGraphs(slotCode)) {
      await writeGraph(folder, graph, enter('encoder'));
    }
  }
  await writeSpecials(join(folder, bundleFiles.specials), encoder.tensors, encoder.config.shape.width);
  await writeGraph(folder, projectorGraph(projector), enter('projector'));
  await writeGraph(folder, decoderGraph(decoder, quantisation.decoder), enter('decoder'));
  await writeEmbeddings(join(folder, bundleFiles.embeddings), decoder, enter('embeddings'));
  enter('hashes');
  const manifest = createManifest(checkpoint, quantisation, licence, await listFiles(folder, signal));
  await writeFile(join(folder, manifestFileName), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return manifest;
}
