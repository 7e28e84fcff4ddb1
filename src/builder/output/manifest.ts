import * as v from 'valibot';
import { bundleManifestSchema, type BundleFile, type BundleManifest, type EncoderSpec, type Quantisation, type TokenizerSpec } from '../../common/bundle';
import type { Checkpoint } from '../checkpoint/checkpoint';
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
      architecture: decoder.config.family,
      ...manifestShape(decoder.config.shape),
      quantisation: quantisation.decoder,
      positions: decoder.config.positions,
      graph: bundleFiles.decoder,
      embeddings: bundleFiles.embeddings,
      tokenizer,
      prompt: { kind: 'roles', ...meta.template },
    },
    compressor: {
      tokenizer,
      encoder: encoderSpec(checkpoint, quantisation),
      projectors: [{ decoder: projector.config.decoder, graph: bundleFiles.projector, inWidth: projector.config.inWidth, outWidth: projector.config.outWidth, frame: { kind: 'arc', specials: bundleFiles.specials } }],
    },
    files: [...files],
    metrics: meta.metrics,
  };
  return v.parse(bundleManifestSchema, manifest);
}

function encoderSpec({ encoder: { config } }: Checkpoint, quantisation: BuildQuantisation): EncoderSpec {
  const { shape } = config;
  const shared = {
    ...manifestShape(shape),
    quantisation: encoderQuantisation(quantisation, shape),
    window: config.window,
    ratios: [...config.ratios],
    graph: bundleFiles.encoder,
  };
  return config.kind === 'arc' ? { kind: 'arc', ...shared } : { kind: 'pcc', ...shared, maxMemoryTokens: config.maxMemoryTokens };
}

/** One scale per row is one scale per block of the longest row. */
function encoderQuantisation({ encoder }: BuildQuantisation, { width, heads, headSize, inner }: TransformerShape): Quantisation {
  return encoder.kind === 'int8' ? { kind: 'int8', block: Math.max(width, heads * headSize, inner) } : encoder;
}

function manifestShape({ layers, width, heads, kvHeads, headSize, vocabulary }: TransformerShape) {
  return { layers, width, heads, kvHeads, headSize, vocabulary };
}
