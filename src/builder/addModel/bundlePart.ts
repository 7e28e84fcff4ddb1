import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AddModelStep } from '../../common/builderProtocol';
import type { DecoderPlan } from '../checkpoint/decoders/decoderPlan';
import type { Part } from '../checkpoint/parts';
import type { Resumption } from '../onnx/externalData';
import { measureGraph, writeGraph, type GraphBuild } from '../output/graphFiles';
import { bundleFiles } from '../output/manifest';
import { measureEmbeddings, writeEmbeddings } from '../output/rawTables';
import type { WriterHooks } from '../weights/weightWriter';

/** Files of a bundle that are written together. */
export interface BundlePart {
  readonly step: AddModelStep;
  /** Their sizes are known before anything is written. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** The one of them that an interrupted run can be gone on with in the middle. */
  readonly growing: string | undefined;
  /** Writes the files into `folder`. `hooks` hear of the growing file's bytes. */
  readonly write: (folder: string, hooks: WriterHooks, resumption: Resumption) => Promise<void>;
}

export interface ContentFile {
  readonly path: string;
  readonly content: Uint8Array;
}

/** A graph with its weights. Errors: `bundle-corrupt`, `bundle-unsupported`: tensors that are missing, left over or of another shape. */
export async function graphPart(step: AddModelStep, build: GraphBuild, signal: AbortSignal | undefined): Promise<BundlePart> {
  const { graph, data } = await measureGraph(build, signal);
  const growing = `${build.file}.data`;
  return {
    step,
    files: [{ path: build.file, bytes: graph }, { path: growing, bytes: data }],
    growing,
    write: (folder, hooks, resumption) => writeGraph(folder, build, hooks, resumption),
  };
}

/** The decoder's lookup table. Errors: `bundle-corrupt`, `bundle-unsupported`. */
export function embeddingsPart(decoder: Part<DecoderPlan>): BundlePart {
  const path = bundleFiles.embeddings;
  return {
    step: 'embeddings',
    files: [{ path, bytes: measureEmbeddings(decoder) }],
    growing: path,
    write: (folder, hooks, resumption) => writeEmbeddings(join(folder, path), decoder, hooks, resumption),
  };
}

/** Small files whose content is in memory. */
export function contentPart(step: AddModelStep, files: readonly ContentFile[]): BundlePart {
  return {
    step,
    files: files.map(({ path, content }) => ({ path, bytes: content.byteLength })),
    growing: undefined,
    write: async (folder, { onBytes }) => {
      for (const { path, content } of files) {
        await writeFile(join(folder, path), content);
        onBytes(content.byteLength);
      }
    },
  };
}
