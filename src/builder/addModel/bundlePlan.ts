import * as v from 'valibot';
import { bundleManifestSchema, type BundleFile, type BundleManifest } from '../../common/bundle';
import type { AddModelParams, WeightType } from '../../common/builderProtocol';
import type { OpenCompressor } from '../checkpoint/openCompressor';
import { readPccSpecials } from '../checkpoint/pcc/pccSpecials';
import { decoderGraph, encoderGraph, projectorGraph, slotCodeGraphs } from '../output/graphFiles';
import { bundleFiles, decoderShape, encoderSpec, projectorSpec } from '../output/manifest';
import { arcSpecials, centroidTable } from '../output/rawTables';
import type { BuildQuantisation } from '../weights/schemes';
import { contentPart, embeddingsPart, graphPart, type BundlePart } from './bundlePart';
import type { BundleTexts } from './bundleTexts';
import type { Sources } from './openSources';

/** What a manifest says that is in no graph. */
export interface BundleNames {
  readonly id: string;
  readonly decoderId: string;
  readonly licence: string;
}

export function quantisationOf({ decoderWeights, encoderWeights, block }: AddModelParams): BuildQuantisation {
  const typed = (kind: WeightType) => (kind === 'int8' || kind === 'int4' ? { kind, block } : { kind });
  return { encoder: typed(encoderWeights), decoder: typed(decoderWeights) };
}

/**
 * All files of a bundle but its manifest, with their sizes. Reads only what is small, and finds whatever is missing or does not fit.
 * Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported`, `cancelled`.
 */
export async function bundleParts(params: AddModelParams, { decoder, compressor }: Sources, texts: BundleTexts, signal: AbortSignal | undefined): Promise<readonly BundlePart[]> {
  const quantisation = quantisationOf(params);
  const parts: BundlePart[] = [contentPart('check', texts.files)];
  if (compressor !== undefined) {
    parts.push(await graphPart('encoder', encoderGraph(compressor.encoder, quantisation.encoder), signal));
    parts.push(...(await slotCodeParts(compressor, signal)));
    parts.push(await graphPart('projector', projectorGraph(compressor.projector), signal));
    parts.push(contentPart('projector', [{ path: bundleFiles.specials, content: await specialsOf(compressor, params, { decoder }) }]));
  }
  parts.push(await graphPart('decoder', decoderGraph(decoder, quantisation.decoder), signal), embeddingsPart(decoder));
  return parts;
}

async function slotCodeParts({ slotCode }: OpenCompressor, signal: AbortSignal | undefined): Promise<readonly BundlePart[]> {
  if (slotCode === undefined) {
    return [];
  }
  const graphs = await Promise.all(slotCodeGraphs(slotCode).map(graph => graphPart('encoder', graph, signal)));
  return [contentPart('encoder', [{ path: bundleFiles.centroids, content: await centroidTable(slotCode) }]), ...graphs];
}

/** The manifest of an added model, checked against its schema. */
export function addedManifest(params: AddModelParams, { decoder, compressor }: Sources, texts: BundleTexts, names: BundleNames, files: readonly BundleFile[]): BundleManifest {
  const quantisation = quantisationOf(params);
  return v.parse(bundleManifestSchema, {
    format: 2,
    id: names.id,
    version: '1',
    licence: names.licence,
    decoder: { id: names.decoderId, ...decoderShape(decoder.config, quantisation), tokenizer: texts.tokenizer, prompt: texts.prompt },
    ...(compressor === undefined || texts.compressorTokenizer === undefined
      ? {}
      : {
          compressor: {
            tokenizer: texts.compressorTokenizer,
            encoder: encoderSpec(compressor.encoder.config, quantisation, compressor.slotCode?.config),
            projectors: [projectorSpec(compressor.projector.config, compressor.frame)],
          },
        }),
    files: [...files].sort((a, b) => (a.path < b.path ? -1 : 1)),
    metrics: {},
  } satisfies BundleManifest);
}

async function specialsOf(compressor: OpenCompressor, params: AddModelParams, { decoder }: Pick<Sources, 'decoder'>): Promise<Uint8Array> {
  const { encoder, frame } = compressor;
  if (frame.kind === 'arc') {
    return arcSpecials(encoder.tensors, encoder.config.shape.width);
  }
  const folders = [params.decoderFolder, params.compressor?.folder].filter(folder => folder !== undefined);
  return new Uint8Array((await readPccSpecials(decoder, folders)).buffer);
}
