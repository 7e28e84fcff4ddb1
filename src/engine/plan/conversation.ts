import { ShorthandError } from '../../common/errors';
import type { PromptFormat, Turn } from '../prompt/promptFormat';

/** The part of a prompt that is not files. */
export interface Conversation {
  /** Earlier turns that are kept, oldest first. */
  readonly turns: readonly Turn[];
  readonly question: string;
  /** Earlier turns that did not fit, the oldest ones. */
  readonly droppedTurns: number;
  /** Positions around the files. */
  readonly positions: number;
  /** Positions that are left for files. */
  readonly fileBudget: number;
}

export interface ConversationRequest {
  /** Positions of the decoder. */
  readonly positions: number;
  /** Positions to keep free for the answer. */
  readonly answerPositions: number;
  readonly question: string;
  /** Oldest first. */
  readonly history: readonly Turn[];
}

/** Most of a decoder's positions that earlier turns may take: the files are what the product is about. */
const historyShare = 1 / 4;

/** Fits question and history into a decoder; the oldest turns go first. Errors: `prompt-too-long` when the question alone does not fit. */
export function fitConversation(request: ConversationRequest, format: Pick<PromptFormat, 'conversation'>): Conversation {
  const { question, history } = request;
  const positionsOf = (turns: readonly Turn[]): number => {
    const { before, after } = format.conversation(turns, question, true);
    return before.length + after.length;
  };
  const alone = positionsOf([]);
  const free = request.positions - request.answerPositions - alone;
  if (free < 0) {
    throw new ShorthandError('prompt-too-long', `The question takes ${alone} positions, and the answer may take ${request.answerPositions}; the decoder has ${request.positions}.`);
  }
  const most = alone + Math.min(free, Math.floor(request.positions * historyShare));
  let turns: readonly Turn[] = [];
  let positions = alone;
  while (turns.length < history.length) {
    const more = history.slice(history.length - turns.length - 1);
    const needed = positionsOf(more);
    if (needed > most) {
      break;
    }
    turns = more;
    positions = needed;
  }
  return { turns, question, droppedTurns: history.length - turns.length, positions, fileBudget: free - (positions - alone) };
}
