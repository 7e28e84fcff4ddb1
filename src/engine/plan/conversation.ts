import type { PromptRoles } from '../../common/bundle';
import { ShorthandError } from '../../common/errors';
import type { Tokenizer } from '../tokenizer/tokenizer';
import { sum } from './plan';

/** Special tokens by role, from the bundle's manifest. */
export type PromptTemplate = Omit<PromptRoles, 'kind'>;

export interface Turn {
  readonly question: string;
  readonly answer: string;
}

/** The part of a prompt that is not files. */
export interface Conversation {
  /** Earlier turns that are kept, oldest first: `<|user|>question<|assistant|>answer<|end|>` each. */
  readonly turns: readonly Int32Array[];
  /** `<|user|>question<|assistant|>`. */
  readonly question: Int32Array;
  /** Earlier turns that did not fit, the oldest ones. */
  readonly droppedTurns: number;
  /** Positions of `turns`, `question` and the token that begins the prompt. */
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
export function fitConversation(request: ConversationRequest, tokenizer: Tokenizer, template: PromptTemplate): Conversation {
  const special = (token: string): readonly number[] => [tokenizer.specialTokenId(token)];
  const user = (question: string): readonly number[] => [...special(template.user), ...tokenizer.encode(question), ...special(template.assistant)];
  const question = Int32Array.from(user(request.question));
  const free = request.positions - request.answerPositions - question.length - 1;
  if (free < 0) {
    throw new ShorthandError(
      'prompt-too-long',
      `The question takes ${question.length} positions, and the answer may take ${request.answerPositions}; the decoder has ${request.positions}.`,
    );
  }
  const turns: Int32Array[] = [];
  let left = Math.min(free, Math.floor(request.positions * historyShare));
  for (const turn of request.history.toReversed()) {
    const tokens = Int32Array.from([...user(turn.question), ...tokenizer.encode(turn.answer), ...special(template.end)]);
    left -= tokens.length;
    if (left < 0) {
      break;
    }
    turns.unshift(tokens);
  }
  const kept = sum(turns, tokens => tokens.length);
  return { turns, question, droppedTurns: request.history.length - turns.length, positions: 1 + kept + question.length, fileBudget: free - kept };
}
