import { assertNever } from '../../common/assertNever';
import type { AnswerSummary, Turn } from '../../common/chatProtocol';
import type { Answer } from '../../common/context';
import type { SessionTurn } from './chatSession';

/** A turn as snapshots carry it: without the lists of files, which grow with the workspace. */
export function pageTurn({ id, question, attachments, outcome }: SessionTurn): Turn {
  switch (outcome.kind) {
    case 'answered':
      return { id, question, attachments: [...attachments], outcome: { kind: 'answered', answer: summary(outcome.answer) } };
    case 'running':
    case 'failed':
      return { id, question, attachments: [...attachments], outcome };
    default:
      return assertNever(outcome);
  }
}

function summary({ text, stopReason, context, timings }: Answer): AnswerSummary {
  return {
    text,
    stopReason,
    // A file that was read in part has an entry per stretch.
    filesRead: new Set(context.read.map(file => file.path)).size,
    filesLeftOut: context.leftOut.length,
    tokens: context.tokens,
    slots: context.slots,
    firstTokenMs: timings.firstTokenMs,
  };
}
