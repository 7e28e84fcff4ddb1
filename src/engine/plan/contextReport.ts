import type { ContextReport, ReadFile } from '../../common/context';
import { sum, windowPositions, type Plan, type PlannedFile, type PlanWindow } from './plan';

export interface PromptFigures {
  /** Positions of the whole prompt. */
  readonly promptPositions: number;
  /** Earlier turns that did not fit. */
  readonly droppedTurns: number;
  /** Positions that were still in the KV cache. */
  readonly reusedPositions: number;
  /** Positions that are kept free for the answer. */
  readonly answerPositions: number;
  /** Positions of the decoder. */
  readonly budget: number;
}

/** What the user is told was read. */
export function contextReport(plan: Plan, figures: PromptFigures): ContextReport {
  return {
    read: plan.files.flatMap(readStretches),
    leftOut: [...plan.leftOut],
    filesKnown: plan.filesKnown,
    tokens: sum(plan.files, file => sum(file.windows, window => window.tokenCount)),
    slots: sum(plan.files, file => (file.form.kind === 'slots' ? sum(file.windows, window => window.slotCount) : 0)),
    ...figures,
  };
}

/** A file as stretches of consecutive lines. The first one carries the positions of the header and of `cont`. */
function readStretches(file: PlannedFile): readonly ReadFile[] {
  const runs: PlanWindow[][] = [];
  for (const window of file.windows) {
    const run = runs.at(-1);
    if (run !== undefined && window.firstLine <= (run.at(-1)?.lastLine ?? 0) + 1) {
      run.push(window);
    } else {
      runs.push([window]);
    }
  }
  const overhead = file.positions - sum(file.windows, window => windowPositions(window, file.form));
  return runs.map((run, i) => ({
    path: file.path,
    displayPath: file.displayPath,
    form: file.form,
    reason: file.open ? 'open' : 'fits',
    firstLine: run[0]?.firstLine ?? 0,
    lastLine: run.at(-1)?.lastLine ?? 0,
    tokens: sum(run, window => window.tokenCount),
    positions: sum(run, window => windowPositions(window, file.form)) + (i === 0 ? overhead : 0),
    partial: file.partial,
  }));
}
