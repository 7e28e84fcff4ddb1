import type { Form, LeftOut } from '../../common/context';
import type { WindowTerms } from './terms';

/** A window that may enter a prompt. Its text stays elsewhere: planning needs none of it. */
export interface PlanWindow {
  readonly hash: string;
  readonly tokenCount: number;
  /** Slots at the ratio of the file's form; not used for raw text. */
  readonly slotCount: number;
  /** Lines count from 1 and are inclusive. */
  readonly firstLine: number;
  readonly lastLine: number;
  readonly terms: WindowTerms;
}

/** A file that may enter a prompt, with its windows in order. */
export interface PlanFile {
  readonly path: string;
  readonly displayPath: string;
  /** Open in an editor: such files come first, in the order given. */
  readonly open: boolean;
  /** How its windows enter. */
  readonly form: Form;
  readonly windows: readonly PlanWindow[];
}

/** A file that enters, with the windows that fitted, in order. */
export interface PlannedFile extends PlanFile {
  /** Decoder positions: header, windows, and `cont` after slots. */
  readonly positions: number;
  /** True when only some of its windows fitted. */
  readonly partial: boolean;
}

/** What the decoder is to read of a workspace. */
export interface Plan {
  /** In the order of the prompt. */
  readonly files: readonly PlannedFile[];
  /** Everything else, by file, in order of preference: nothing is dropped silently. */
  readonly leftOut: readonly LeftOut[];
  readonly filesKnown: number;
  /** Decoder positions of all files; at most the budget. */
  readonly positions: number;
}

/** Positions of one window in a form. */
export function windowPositions(window: PlanWindow, form: Form): number {
  return form.kind === 'raw' ? window.tokenCount : window.slotCount;
}

export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
