import { assertNever } from '../../common/assertNever';
import { ShorthandError } from '../../common/errors';
import type { EmbeddingTable } from './embeddingTable';

/** A run of decoder positions. */
export type DecoderSegment =
  | { readonly kind: 'tokens'; readonly ids: ArrayLike<number> }
  | {
      readonly kind: 'embeddings';
      /** Names the contents: equal keys mean equal rows, for as long as the decoder is open. For slots: window hash, ratio, projector. */
      readonly key: string;
      /** Row-major float32 [positions, width], in the decoder's space. */
      readonly rows: Float32Array;
    };

/** What a position holds: a token id, or `key/index` of an embedding. Positions with equal keys after equal prefixes have equal KV rows. */
export type PositionKey = number | string;

/** One key per position of a prompt. `width` is the decoder's. */
export function positionKeys(prompt: readonly DecoderSegment[], width: number): readonly PositionKey[] {
  const keys: PositionKey[] = [];
  for (const segment of prompt) {
    const length = segmentLength(segment, width);
    for (let index = 0; index < length; index++) {
      keys.push(segment.kind === 'tokens' ? (segment.ids[index] ?? -1) : `${segment.key}/${index}`);
    }
  }
  return keys;
}

/** Positions that a segment takes. */
export function segmentLength(segment: DecoderSegment, width: number): number {
  switch (segment.kind) {
    case 'tokens':
      return segment.ids.length;
    case 'embeddings':
      if (segment.rows.length % width !== 0) {
        throw new ShorthandError('internal', `${segment.rows.length} values are no embeddings of width ${width}.`);
      }
      return segment.rows.length / width;
    default:
      return assertNever(segment);
  }
}

/** Positions that a prompt takes. */
export function promptLength(prompt: readonly DecoderSegment[], width: number): number {
  return prompt.reduce((sum, segment) => sum + segmentLength(segment, width), 0);
}

/** Length of the longest common prefix. */
export function commonPrefix(left: readonly PositionKey[], right: readonly PositionKey[]): number {
  const most = Math.min(left.length, right.length);
  let length = 0;
  while (length < most && left[length] === right[length]) {
    length++;
  }
  return length;
}

/** Writes the embeddings of positions `first` .. `end - 1` of a prompt to the start of `into`. */
export function embedPositions(prompt: readonly DecoderSegment[], table: EmbeddingTable, first: number, end: number, into: Float32Array): void {
  let start = 0;
  for (const segment of prompt) {
    const length = segmentLength(segment, table.width);
    const from = Math.max(first, start) - start;
    const to = Math.min(end, start + length) - start;
    if (from < to) {
      const offset = (start + from - first) * table.width;
      if (segment.kind === 'tokens') {
        table.lookUp(Array.prototype.slice.call(segment.ids, from, to), into, offset);
      } else {
        into.set(segment.rows.subarray(from * table.width, to * table.width), offset);
      }
    }
    start += length;
  }
}
