import type { DecoderSpec } from '../../common/bundle';
import { automaticPositions } from '../../common/engineProtocol';

/** Share of the free memory that a KV cache takes unasked: weights, embeddings and everybody else need the rest. */
const memoryShare = 1 / 4;
/** Fewer positions hold no code beside a question. */
export const leastPositions = 1024;

/** Bytes of a position: a key and a value in float32 per layer. */
export function positionBytes({ layers, kvHeads, headSize }: Pick<DecoderSpec, 'layers' | 'kvHeads' | 'headSize'>): number {
  return layers * 2 * kvHeads * headSize * Float32Array.BYTES_PER_ELEMENT;
}

/** Positions of a decoder's KV cache: as many as are `wanted`, or what memory allows where that is 0; never more than the decoder was trained for. */
export function kvCapacity(decoder: Pick<DecoderSpec, 'layers' | 'kvHeads' | 'headSize' | 'positions'>, wanted: number, freeBytes: number): number {
  const affordable = Math.max(leastPositions, Math.floor((freeBytes * memoryShare) / positionBytes(decoder)));
  return Math.min(decoder.positions, wanted === 0 ? Math.min(automaticPositions, affordable) : wanted);
}
