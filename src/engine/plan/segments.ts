import type { Ratio } from '../../common/bundle';
import { assertNever } from '../../common/assertNever';
import type { SlotFrame, SpecialName } from './slotFrame';

/** A stretch of the decoder's input. A prompt is a list of them; each position becomes one row of `inputs_embeds`. */
export type PlannedSegment =
  /** Token ids, looked up in the decoder's embedding table. */
  | { readonly kind: 'tokens'; readonly tokens: Int32Array }
  /** The slots of one window, `count` positions, from the slot store and through the projector. */
  | { readonly kind: 'slots'; readonly windowHash: string; readonly ratio: Ratio; readonly count: number }
  /** A learnt vector that stands beside slots; one position. */
  | { readonly kind: 'special'; readonly name: SpecialName };

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

/** A prompt under construction. */
export class SegmentList {
  readonly #segments: PlannedSegment[] = [];
  /** Tokens that follow each other become one segment. */
  #tokens: number[] = [];

  addTokens(tokens: Iterable<number>): void {
    for (const token of tokens) {
      this.#tokens.push(token);
    }
  }

  /** Adds the slots of a window in their frame. `ends`: no slots of the same file follow at once. */
  addSlots(slots: Omit<Extract<PlannedSegment, { kind: 'slots' }>, 'kind'>, frame: SlotFrame, ends: boolean): void {
    this.#flush();
    const special = (names: readonly SpecialName[]): readonly PlannedSegment[] => names.map(name => ({ kind: 'special', name }));
    this.#segments.push(...special(frame.before), { kind: 'slots', ...slots }, ...special(frame.after), ...(ends ? special(frame.run) : []));
  }

  finish(): readonly PlannedSegment[] {
    this.#flush();
    return this.#segments;
  }

  #flush(): void {
    if (this.#tokens.length > 0) {
      this.#segments.push({ kind: 'tokens', tokens: Int32Array.from(this.#tokens) });
      this.#tokens = [];
    }
  }
}
