import type { Ratio } from '../../common/bundle';
import { assertNever } from '../../common/assertNever';

/** A stretch of the decoder's input. A prompt is a list of them; each position becomes one row of `inputs_embeds`. */
export type PlannedSegment =
  /** Token ids, looked up in the decoder's embedding table. */
  | { readonly kind: 'tokens'; readonly tokens: Int32Array }
  /** The slots of one window, `count` positions, from the slot store and through the projector. */
  | { readonly kind: 'slots'; readonly windowHash: string; readonly ratio: Ratio; readonly count: number }
  /** A learnt vector of the encoder, through the projector; one position. `cont` ends the slots of a file. */
  | { readonly kind: 'special'; readonly name: 'cont' };

/** Positions that a segment takes. */
export function segmentPositions(segment: PlannedSegment): number {
  switch (segment.kind) {
    case 'tokens':
      return segment.tokens.length;
    case 'slots':
      return segment.count;
    case 'special':
      return 1;
    default:
      return assertNever(segment);
  }
}

export function promptPositions(segments: readonly PlannedSegment[]): number {
  return segments.reduce((sum, segment) => sum + segmentPositions(segment), 0);
}
