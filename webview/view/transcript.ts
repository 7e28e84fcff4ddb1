import * as l10n from '@vscode/l10n';
import type { ChatState } from '../../src/common/chatProtocol';
import { h } from '../dom';
import type { Actions } from './actions';
import { TurnView } from './turn';

/** The most turns in the page; older ones leave it, so that a long conversation stays fast. */
const maxTurns = 200;
/** How near to its end, in pixels, the transcript counts as scrolled to the end. */
const nearEnd = 48;

/** The conversation. */
export class Transcript {
  // Screen readers are told of whole answers by the announcer; a live region here would read every token.
  readonly element = h('div', { class: 'transcript', role: 'log', testId: 'transcript', label: l10n.t("Conversation") });
  readonly #views = new Map<number, TurnView>();

  constructor(private readonly actions: Actions) {
    this.element.setAttribute('aria-live', 'off');
    // It scrolls, so the keyboard must be able to reach it.
    this.element.tabIndex = 0;
  }

  update(state: ChatState): void {
    const turns = state.turns.slice(-maxTurns);
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    const follow = scrollHeight - scrollTop - clientHeight < nearEnd || turns.some(turn => !this.#views.has(turn.id));
    const kept = new Set(turns.map(turn => turn.id));
    for (const [id, view] of this.#views) {
      if (!kept.has(id)) {
        view.element.remove();
        this.#views.delete(id);
      }
    }
    for (const turn of turns) {
      let view = this.#views.get(turn.id);
      if (view === undefined) {
        view = new TurnView(turn.question, this.actions);
        this.#views.set(turn.id, view);
        this.element.append(view.element);
      }
      view.update(turn, state.engine);
    }
    this.element.hidden = turns.length === 0;
    if (follow) {
      this.#scrollToEnd();
    }
  }

  /**
   * Buttons and icons render themselves after their turn and make it higher, so it takes a second time, before the next frame is shown: unless
   * the user has scrolled up between the two.
   */
  #scrollToEnd(): void {
    this.element.scrollTop = this.element.scrollHeight;
    const placed = this.element.scrollTop;
    requestAnimationFrame(() => {
      if (this.element.scrollTop >= placed) {
        this.element.scrollTop = this.element.scrollHeight;
      }
    });
  }
}
