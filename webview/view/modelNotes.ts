import type { ChatState, Turn } from '../../src/common/chatProtocol';

/** Where a conversation goes on with another model than before. */
export interface ModelNotes {
  /** The model from a turn on, by the turn's number. */
  readonly before: ReadonlyMap<number, string>;
  /** The model of the next question, where it is another one than that of the last answer. */
  readonly next: string | undefined;
}

/** Finds the turns whose model is another one than that of the answer before. Answers whose model is not known say nothing. */
export function modelNotes({ turns, model, later }: Pick<ChatState, 'turns' | 'model' | 'later'>): ModelNotes {
  const before = new Map<number, string>();
  let last: string | undefined;
  for (const turn of turns) {
    const own = modelOf(turn, model);
    if (own !== undefined && last !== undefined && own !== last) {
      before.set(turn.id, own);
    }
    last = own ?? last;
  }
  return { before, next: later === 0 && last !== undefined && last !== model ? model : undefined };
}

/** An answer under way is by the model that is in use. */
function modelOf({ outcome }: Turn, current: string): string | undefined {
  switch (outcome.kind) {
    case 'answered':
      return outcome.answer.model;
    case 'running':
      return current;
    default:
      return undefined;
  }
}
