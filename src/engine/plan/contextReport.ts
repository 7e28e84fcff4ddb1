import { readReasons, type ContextReport, type ReadFile } from '../../common/context';
import { filePositions, framedPositions, sum, type Plan, type PlannedFile, type PlannedPiece } from './plan';
import type { SlotFrame } from './slotFrame';

export interface PromptFigures {
  /** Positions of the whole prompt. */
  readonly promptPositions: number;
  /** Earlier turns that did not fit. */
  readonly droppedTurns: number;
  /** Positions that were still in the KV cache. */
  readonly reusedPositions: number;
  /** Positions that are kept free for the answer. */
  readonly answerPositions: number;
  /** Most positions of the prompt. */
  readonly budget: number;
}

/** What the user is told was read: most wanted first. */
export function contextReport(plan: Plan, figures: PromptFigures): ContextReport {
  const incomplete = new Set(plan.leftOut.map(file => file.path));
  const pieces = plan.files.flatMap(file => file.pieces);
  const distinct = new Map(plan.files.flatMap(file => file.pieces.map(piece => [`${file.path}:${piece.window.hash}`, piece.window.tokenCount] as const)));
  return {
    read: plan.files.flatMap(file => readStretches(file, plan.frame, incomplete.has(file.path))).sort((a, b) => readReasons.indexOf(a.reason) - readReasons.indexOf(b.reason)),
    leftOut: [...plan.leftOut],
    filesKnown: plan.filesKnown,
    tokens: sum([...distinct.values()], tokens => tokens),
    slots: sum(pieces, piece => (piece.form.kind === 'slots' ? piece.positions : 0)),
    ...figures,
  };
}

/** An entry of the prompt as stretches of consecutive lines in one form. The first one carries the positions of the header, each those of the frame of its slots. */
function readStretches({ path, displayPath, pieces, positions }: PlannedFile, frame: SlotFrame, partial: boolean): readonly ReadFile[] {
  const stretches: PlannedPiece[][] = [];
  for (const piece of pieces) {
    const stretch = stretches.at(-1);
    const last = stretch?.at(-1);
    if (stretch !== undefined && last !== undefined && piece.window.firstLine <= last.window.lastLine + 1 && isAlike(piece, last)) {
      stretch.push(piece);
    } else {
      stretches.push([piece]);
    }
  }
  const header = positions - filePositions(0, pieces, frame);
  return stretches.flatMap((stretch, i) => {
    const [first] = stretch;
    const last = stretch.at(-1);
    if (first === undefined || last === undefined) {
      return [];
    }
    const next = stretches[i + 1]?.[0];
    return {
      path,
      displayPath,
      form: first.form,
      reason: first.reason,
      firstLine: first.window.firstLine,
      lastLine: last.window.lastLine,
      tokens: sum(stretch, piece => piece.window.tokenCount),
      positions: sum(stretch, (piece, j) => framedPositions(piece, stretch[j + 1] ?? next, frame)) + (i === 0 ? header : 0),
      partial,
    };
  });
}

function isAlike(one: PlannedPiece, other: PlannedPiece): boolean {
  return one.reason === other.reason && formKey(one) === formKey(other);
}

function formKey({ form }: PlannedPiece): string {
  return form.kind === 'slots' ? `${form.ratio}` : form.kind;
}
