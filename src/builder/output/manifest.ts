import * as v from 'valibot';
import { bundleManifestSchema, type BundleFile, type BundleManifest, type EncoderSpec, type ProjectorSpec, type Quantisation, type SlotCodeSpec, type TokenizerSpec } from '../../common/bundle';
import type { Checkpoint } from '../checkpoint/checkpoint';
import type { DecoderPlan } from '../checkpoint/decoders/decoderPlan';
import type { EncoderPlan, ProjectorPlan } from '../checkpoint/encoders/encoderPlan';
import type { SlotCodePlan } from '../checkpoint/slotCode';
import { trainedFrame, type FramePlan } from '../checkpoint/framePlan';
import type { TransformerShape } from '../graphs/layerParts';
import type { BuildQuantisation } from '../weights/schemes';

/** Names of a bundle's files. */
export const bundleFiles = {
  tokenizer: 'tokenizer.json',
  encoder: 'encoder.onnx',
  projector: 'projector.onnx',
  decoder: 'decoder.onnx',
  embeddings: 'embeddings.f16',
  specials: 'specials.f32',
  slotEncode: 'slot-encode.onnx',
  slotDecode: 'slot-decode.onnx',
  centroids: 'centroids.f16',
} as const;

const tokenizer: TokenizerSpec = { kind: 'byte-level-bpe', file: bundleFiles.tokenizer };

/** The manifest of a finished bundle, checked against its schema. */
export function createManifest(checkpoint: Checkpoint, quantisation: BuildQuantisation, licence: string, files: readonly BundleFile[]): BundleManifest {
  const { meta, decoder, projector } = checkpoint;
  const manifest: BundleManifest = {
    format: 2,
    id: meta.id,
    version: meta.version,
    licence,
    decoder: {
      id: meta.decoder_id,
      ...decoderShape(decoder.config, quantisation),
      tokenizer,
      prompt: { kind: 'roles', ...meta.template },
    },
    compressor: {
      tokenizer,
      encoder: encoderSpec(checkpoint.encoder.config, quantisation, checkpoint.slotCode?.config),
      projectors: [projectorSpec(projector.config, trainedFrame)],
    },
    files: [...files],
    metrics: meta.metrics,
  };
  return v.parse(bundleManifestSchema, manifest);
}

/** What a manifest says of a decoder's graph. */
export function decoderShape({ family, shape, positions }: DecoderPlan, quantisation: BuildQuantisation) {
  return {
    architecture: family,
    ...manifestShape(shape),
    quantisation: quantisation.decoder,
    positions,
    graph: bundleFiles.decoder,
    embeddings: bundleFiles.embeddings,
  };
}

/** What a manifest says of a projector and of the vectors around its slots. */
export function projectorSpec({ decoder, inWidth, outWidth }: ProjectorPlan, frame: FramePlan): ProjectorSpec {
  return { decoder, graph: bundleFiles.projector, inWidth, outWidth, frame: { ...frame, specials: bundleFiles.specials } };
}

export function encoderSpec(config: EncoderPlan, quantisation: BuildQuantisation, slotCode: SlotCodePlan | undefined): EncoderSpec {
  const { shape } = config;
  const shared = {
    ...manifestShape(shape),
    quantisation: encoderQuantisation(quantisation, shape),
    window: config.window,
    ratios: [...config.ratios],
    graph: bundleFiles.encoder,
    ...(slotCode !== undefined && { slotCode: slotCodeSpec(slotCode) }),
  };
  return config.kind === 'arc' ? { kind: 'arc', ...shared } : { kind: 'pcc', ...shared, maxMemoryTokens: config.maxMemoryTokens, memory: config.memory };
}

function slotCodeSpec({ kind, parts, partWidth, centroids }: SlotCodePlan): SlotCodeSpec {
  return { kind, parts, partWidth, centroids, table: bundleFiles.centroids, encodeGraph: bundleFiles.slotEncode, decodeGraph: bundleFiles.slotDecode };
}

/** One scale per row is one scale per block of the longest row. */
function encoderQuantisation({ encoder }: BuildQuantisation, { width, heads, headSize, inner }: TransformerShape): Quantisation {
  return encoder.kind === 'int8' ? { kind: 'int8', block: Math.max(width, heads * headSize, inner) } : encoder;
}

function manifestShape({ layers, width, heads, kvHeads, headSize, vocabulary }: TransformerShape) {
  return { layers, width, heads, kvHeads, headSize, vocabulary };
}
