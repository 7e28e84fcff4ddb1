import type { Ratio } from '../../common/bundle';
import type { Form, LeftOut, ReadReason } from '../../common/context';
import type { SlotFrame } from './slotFrame';
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
  /** Ratios of the encoder, finest first; none where there is no encoder: everything enters as text then. */
  readonly ratios: readonly Ratio[];
  readonly count: (tokens: number, ratio: Ratio) => number;
  /** What is stored for a window at a ratio; undefined when it would have to be encoded. */
  readonly stored: (windowHash: string, ratio: Ratio) => { readonly fidelity: number | undefined } | undefined;
  /** The mean over all windows that were measured at a ratio; undefined where none was. */
  readonly meanFidelity: (ratio: Ratio) => number | undefined;
  readonly frame: SlotFrame;
}

/** A window in the form in which it enters, and why. */
export interface PlannedPiece {
  readonly window: PlanWindow;
  readonly form: Form;
  readonly reason: ReadReason;
  /** Decoder positions of the window alone, without the frame of slots. */
  readonly positions: number;
}

/** One file header in the prompt, and what follows it, by line. */
export interface PlannedFile {
  readonly path: string;
  readonly displayPath: string;
  readonly pieces: readonly PlannedPiece[];
  /** Decoder positions: header, pieces, and the frame of slots. */
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
  readonly frame: SlotFrame;
  /** Decoder positions of all files; at most the budget. */
  readonly positions: number;
}

/** Positions of a header and of pieces behind it, in the order of the prompt. */
export function filePositions(header: number, pieces: readonly PlannedPiece[], frame: SlotFrame): number {
  return header + sum(pieces, (piece, i) => framedPositions(piece, pieces[i + 1], frame));
}

/** Positions of a piece with what stands around its slots. `next` follows it in the prompt. */
export function framedPositions(piece: PlannedPiece, next: PlannedPiece | undefined, frame: SlotFrame): number {
  const framing = piece.form.kind === 'slots' ? frame.before.length + frame.after.length + (next?.form.kind === 'slots' ? 0 : frame.run.length) : 0;
  return piece.positions + framing;
}

/** Whether a window is read, itself or by raw pieces that hold all of its lines. */
export function isRead(window: PlanWindow, pieces: PlannedFile['pieces']): boolean {
  return pieces.some(
    piece => piece.window.hash === window.hash || (piece.form.kind === 'raw' && piece.window.firstLine <= window.firstLine && piece.window.lastLine >= window.lastLine),
  );
}

export function sum<T>(items: readonly T[], of: (item: T, index: number) => number): number {
  return items.reduce((total, item, index) => total + of(item, index), 0);
}
