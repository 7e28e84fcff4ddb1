import type { FrameSpec } from '../../common/bundle';

/** Learnt vectors of one position each: ARC's `rec` and `cont`, PCC's `<mem>`, `<ae>` and `</mem>`. */
export type SpecialName = 'rec' | 'cont' | 'mem' | 'ae' | 'end-mem';

/** What stands around slots in a prompt. */
export interface SlotFrame {
  /** Before the slots of each window. */
  readonly before: readonly SpecialName[];
  /** Behind the slots of each window. */
  readonly after: readonly SpecialName[];
  /** Behind the last of windows that follow each other. */
  readonly run: readonly SpecialName[];
  /** Behind the slots of a window whose text is to be said again. */
  readonly recall: readonly SpecialName[];
}

export const slotFrames: Readonly<Record<FrameSpec['kind'], SlotFrame>> = {
  arc: { before: [], after: [], run: ['cont'], recall: ['rec'] },
  pcc: { before: ['mem'], after: ['end-mem'], run: [], recall: ['ae'] },
};
