import { assertNever } from '../../common/assertNever';
import type { AnswerSummary, Turn, TurnProgress } from '../../common/chatProtocol';
import type { Answer, AnswerProgress } from '../../common/context';
import type { SessionTurn } from './chatSession';

/** A turn as snapshots carry it: without the lists of files, which grow with the workspace. */
export function pageTurn({ id, question, outcome }: SessionTurn): Turn {
  switch (outcome.kind) {
    case 'running':
      return { id, question, outcome: outcome.progress === undefined ? { kind: 'running' } : { kind: 'running', progress: pageProgress(outcome.progress) } };
    case 'answered':
      return { id, question, outcome: { kind: 'answered', answer: summary(outcome.answer) } };
    case 'failed':
      return { id, question, outcome };
    default:
      return assertNever(outcome);
  }
}

function pageProgress(progress: AnswerProgress): TurnProgress {
  switch (progress.phase) {
    case 'compressing':
    case 'planning':
      return progress;
    case 'reading':
      return { phase: 'reading', positions: progress.positions };
    case 'writing':
      return { phase: 'writing', text: progress.text };
    default:
      return assertNever(progress);
  }
}

function summary({ text, stopReason, context, timings }: Answer): AnswerSummary {
  return {
    text,
    stopReason,
    filesRead: context.read.length,
    filesLeftOut: context.leftOut.length,
    tokens: context.tokens,
    slots: context.slots,
    firstTokenMs: timings.firstTokenMs,
  };
}
