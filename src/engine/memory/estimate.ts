import type { BundleManifest, DecoderSpec } from '../../common/bundle';
import { kvCapacity, leastPositions, positionBytes } from '../decoder/capacity';
import { longestChunk } from '../decoder/decoder';

/** What the models of a bundle take, in bytes. */
export interface MemoryEstimate {
  /** Weights as they lie in memory, the embedding table included. */
  readonly weights: number;
  /** Keys and values of both caches. */
  readonly cache: number;
  /** What one run needs beside them, and the libraries. */
  readonly workspace: number;
}

/** ONNX Runtime lays quantised weights out anew and keeps a little beside them. Measured at int4, 70 MB: 1.1 without pages that the file backs. */
const weightOverhead = 1.1;

/** Node.js, ONNX Runtime's code, SQLite and the index of a workspace of some size. */
const programBytes = 128 * 1024 * 1024;

/** Rows of the widest intermediate values that live at once, in multiples of a model's width. */
const liveWidths = 16;

/** Tokens in the largest batch of the encoder. */
const encoderTokens = 1024;

/** Estimates before anything is loaded. `positions` are those of the KV cache, `sidePositions` those of the second, smaller one. */
export function estimateMemory(manifest: BundleManifest, positions: number, sidePositions: number): MemoryEstimate {
  const { decoder, compressor } = manifest;
  const encoder = compressor?.encoder;
  return {
    weights: manifest.files.reduce((sum, { path, bytes }) => sum + (path === decoder.embeddings ? bytes : bytes * weightOverhead), 0),
    cache: positionBytes(decoder) * (positions + Math.min(positions, sidePositions)),
    workspace: programBytes + floats(longestChunk * (decoder.width * liveWidths + decoder.vocabulary)) + (encoder === undefined ? 0 : floats(encoderTokens * encoder.width * liveWidths)),
  };
}

/**
 * Positions of the KV cache: those that were asked for; where the choice is free (0), what `kvCapacity` gives, and fewer where the weights leave
 * less.
 */
export function fittingPositions(manifest: BundleManifest, wanted: number, sidePositions: number, freeBytes: number): number {
  const { decoder } = manifest;
  const most = kvCapacity(decoder, wanted, freeBytes);
  const { weights, workspace } = estimateMemory(manifest, 0, 0);
  const affordable = Math.floor((freeBytes - weights - workspace) / positionBytes(decoder)) - Math.min(most, sidePositions);
  return wanted === 0 ? Math.min(most, Math.max(leastPositions, affordable)) : most;
}

export function totalBytes({ weights, cache, workspace }: MemoryEstimate): number {
  return weights + cache + workspace;
}

/** Bytes of the decoder's weights on disk. */
export function decoderBytes({ decoder, files }: Pick<BundleManifest, 'files'> & { readonly decoder: Pick<DecoderSpec, 'graph'> }): number {
  return files.reduce((sum, { path, bytes }) => sum + (path.startsWith(decoder.graph) ? bytes : 0), 0);
}

function floats(count: number): number {
  return count * Float32Array.BYTES_PER_ELEMENT;
}
