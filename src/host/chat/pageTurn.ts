import { assertNever } from '../../common/assertNever';
import type { AnswerSummary, Citation, Turn } from '../../common/chatProtocol';
import { findCitations } from '../../common/citations';
import type { Answer, ReadFile } from '../../common/context';
import type { SessionTurn } from './history/conversation';

/** Files that are named under an answer; the report below lists them all. */
const maxSources = 5;

/** An answer does not change any more, and a snapshot is taken many times a second. */
const summaries = new WeakMap<Answer, AnswerSummary>();

/** A turn as snapshots carry it: without the lists of files, which grow with the workspace. */
export function pageTurn({ id, question, attachments, outcome }: SessionTurn): Turn {
  switch (outcome.kind) {
    case 'answered':
      return { id, question, attachments, outcome: { kind: 'answered', answer: summary(outcome) } };
    case 'running': {
      const { since, progress } = outcome;
      return { id, question, attachments, outcome: { kind: 'running', elapsedMs: Math.max(0, Date.now() - since), ...(progress === undefined ? {} : { progress }) } };
    }
    case 'found':
    case 'incomplete':
    case 'failed':
    case 'interrupted':
      return { id, question, attachments, outcome };
    default:
      return assertNever(outcome);
  }
}

function summary({ answer, model, filesLeftOut }: Extract<SessionTurn['outcome'], { kind: 'answered' }>): AnswerSummary {
  const known = summaries.get(answer);
  if (known !== undefined) {
    return known;
  }
  const { text, stopReason, context, timings } = answer;
  const citations = [...findCitations(text, [...context.read, ...context.leftOut])];
  const made: AnswerSummary = {
    text,
    stopReason,
    ...(model === undefined ? {} : { model }),
    // A file that was read in part has an entry per stretch.
    filesRead: new Set(context.read.map(file => file.path)).size,
    filesLeftOut,
    tokens: context.tokens,
    slots: context.slots,
    firstTokenMs: timings.firstTokenMs,
    citations,
    sources: sources(context.read, citations),
  };
  summaries.set(answer, made);
  return made;
}

/** The files that were read, those that the text cites before others, each once. */
function sources(read: readonly ReadFile[], citations: readonly Citation[]): Citation[] {
  const cited = new Set(citations.map(citation => citation.path));
  const files = [...new Map([...read].reverse().map(file => [file.path, file])).values()].reverse();
  return [...files.filter(file => cited.has(file.path)), ...files.filter(file => !cited.has(file.path))]
    .slice(0, maxSources)
    .map(({ path, displayPath, firstLine, lastLine }) => ({ text: displayPath, path, firstLine: Math.max(1, firstLine), ...(lastLine > firstLine ? { lastLine } : {}) }));
}
