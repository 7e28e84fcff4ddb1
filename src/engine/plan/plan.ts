import type { Ratio } from '../../common/bundle';
import type { Form, LeftOut, ReadReason } from '../../common/context';
import type { WindowTerms } from './terms';

/** A run of source lines that may enter a prompt. Its text stays elsewhere: planning needs none of it. */
export interface PlanWindow {
  readonly hash: string;
  readonly tokenCount: number;
  /** Lines count from 1 and are inclusive. */
  readonly firstLine: number;
  readonly lastLine: number;
  readonly terms: WindowTerms;
}

/** A file that may enter a prompt, with its windows in order. */
export interface PlanFile {
  readonly path: string;
  readonly displayPath: string;
  readonly open: boolean;
  readonly pinned: boolean;
  /** Tokens per slot where nothing speaks for another form. */
  readonly ratio: Ratio;
  readonly windows: readonly PlanWindow[];
}

/** What the user pointed at: lines of a file, or all of it. */
export interface NamedStretch {
  readonly reason: Extract<ReadReason, 'selection' | 'symbol' | 'mentioned'>;
  readonly file: PlanFile;
  /** Exactly these lines, cut anew; the whole file when absent. */
  readonly lines?: { readonly firstLine: number; readonly lastLine: number; readonly windows: readonly PlanWindow[] } | undefined;
}

/** What is known of slots. */
export interface SlotFacts {
  /** Ratios of the encoder, finest first. */
  readonly ratios: readonly Ratio[];
  readonly count: (tokens: number, ratio: Ratio) => number;
  /** What is stored for a window at a ratio; undefined when it would have to be encoded. */
  readonly stored: (windowHash: string, ratio: Ratio) => { readonly fidelity: number | undefined } | undefined;
  /** The mean over all windows that were measured at a ratio; undefined where none was. */
  readonly meanFidelity: (ratio: Ratio) => number | undefined;
}

/** A window in the form in which it enters, and why. */
export interface PlannedPiece {
  readonly window: PlanWindow;
  readonly form: Form;
  readonly reason: ReadReason;
  /** Decoder positions of the window alone. */
  readonly positions: number;
}

/** One file header in the prompt, and what follows it, by line. */
export interface PlannedFile {
  readonly path: string;
  readonly displayPath: string;
  readonly pieces: readonly PlannedPiece[];
  /** Decoder positions: header, pieces, and `cont` after each run of slots. */
  readonly positions: number;
}

/** What the base holds of a file, and the file as it was when that was planned. */
export interface BaseEntry {
  readonly file: PlanFile;
  readonly pieces: readonly PlannedPiece[];
}

/** What the decoder is to read of a workspace. */
export interface Plan {
  /** In the order of the prompt. A file may stand in it twice: as slots among the others, and as text near the question. */
  readonly files: readonly PlannedFile[];
  /** What `files` begins with, for the next turn to keep. */
  readonly base: readonly BaseEntry[];
  /** Everything else, by file, in order of preference: nothing is dropped silently. */
  readonly leftOut: readonly LeftOut[];
  readonly filesKnown: number;
  /** Decoder positions of all files; at most the budget. */
  readonly positions: number;
}

/** Positions of a header and of pieces behind it, in the order of the prompt. */
export function filePositions(header: number, pieces: readonly PlannedPiece[]): number {
  const runs = pieces.filter((piece, i) => piece.form.kind === 'slots' && pieces[i + 1]?.form.kind !== 'slots').length;
  return header + runs + sum(pieces, piece => piece.positions);
}

export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
