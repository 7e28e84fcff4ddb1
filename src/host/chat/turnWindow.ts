import type { ChatSession } from './chatSession';
import type { SessionTurn } from './history/conversation';

/** Turns that the page shows at once. */
const size = 50;
/** How far the window moves: a part of what was seen stays in sight. */
const step = 25;

/** The part of a long conversation that the page shows: the newest turns, until the user asks for earlier ones. */
export class TurnWindow {
  /** Turns after the window. */
  #later = 0;
  /** The conversation and its newest turn: another one leads back to the end. */
  #end = '';

  constructor(private readonly session: ChatSession) {}

  read(): { readonly turns: readonly SessionTurn[]; readonly earlier: number; readonly later: number } {
    const { turns, conversation } = this.session;
    const newest = `${conversation.id} ${turns.at(-1)?.id ?? ''}`;
    if (newest !== this.#end) {
      this.#end = newest;
      this.#later = 0;
    }
    const end = turns.length - this.#clamp(this.#later);
    const start = Math.max(0, end - size);
    return { turns: turns.slice(start, end), earlier: start, later: turns.length - end };
  }

  move(which: 'earlier' | 'later'): void {
    this.#later = this.#clamp(this.#later + (which === 'earlier' ? step : -step));
  }

  #clamp(later: number): number {
    return Math.max(0, Math.min(later, this.session.turns.length - size));
  }
}
