import * as l10n from '@vscode/l10n';
import type { ChatState } from '../../src/common/chatProtocol';
import { button } from '../components';
import { h } from '../dom';
import { formatCount } from '../strings';
import type { Actions } from './actions';
import { modelNotes } from './modelNotes';
import { modelNote, TurnView } from './turn';

/** How near to its end, in pixels, the transcript counts as scrolled to the end. */
const nearEnd = 48;

/** The conversation, or a window of a long one. */
export class Transcript {
  // Screen readers are told of whole answers by the announcer; a live region here would read every token.
  readonly element = h('div', { class: 'transcript', role: 'log', testId: 'transcript', label: l10n.t("Conversation") });
  readonly #earlier: HTMLElement;
  readonly #later: HTMLElement;
  /** Says that another model answers the next question. */
  readonly #next = h('p', { class: 'model-note', testId: 'model-note', hidden: true });
  readonly #views = new Map<number, TurnView>();
  #conversation = '';
  /** The newest turn that was shown. */
  #newest = 0;

  constructor(private readonly actions: Actions) {
    this.element.setAttribute('aria-live', 'off');
    // It scrolls, so the keyboard must be able to reach it.
    this.element.tabIndex = 0;
    this.#earlier = button('', 'show-earlier', () => actions.showTurns('earlier'), { secondary: true, icon: 'chevron-up' });
    this.#later = button('', 'show-later', () => actions.showTurns('later'), { secondary: true, icon: 'chevron-down' });
    this.element.append(this.#earlier, this.#next, this.#later);
  }

  update(state: ChatState): void {
    const { turns, earlier, later, conversation } = state;
    if (conversation.id !== this.#conversation) {
      // Another conversation has turns of the same numbers.
      this.#keep(new Set());
      this.#conversation = conversation.id;
      this.#newest = 0;
    }
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    const newest = turns.at(-1)?.id ?? 0;
    const isNew = later === 0 && newest !== this.#newest;
    const follow = isNew || (later === 0 && this.#views.has(newest) && scrollHeight - scrollTop - clientHeight < nearEnd);
    const anchor = follow ? undefined : this.#firstVisible(new Set(turns.map(turn => turn.id)));
    const anchorTop = anchor?.getBoundingClientRect().top ?? 0;
    this.#newest = later === 0 ? newest : this.#newest;
    this.#show(state);
    setMore(this.#earlier, earlier, l10n.t("Show earlier questions ({0})", formatCount(earlier)));
    setMore(this.#later, later, l10n.t("Show later questions ({0})", formatCount(later)));
    this.element.hidden = turns.length === 0;
    if (follow) {
      this.#scrollToEnd();
    } else if (anchor !== undefined) {
      this.element.scrollTop += anchor.getBoundingClientRect().top - anchorTop;
    }
  }

  #show(state: ChatState): void {
    this.#keep(new Set(state.turns.map(turn => turn.id)));
    const notes = modelNotes(state);
    let before: Element = this.#earlier;
    for (const turn of state.turns) {
      let view = this.#views.get(turn.id);
      if (view === undefined) {
        view = new TurnView(turn, this.actions);
        this.#views.set(turn.id, view);
      }
      if (view.element.previousElementSibling !== before) {
        before.after(view.element);
      }
      view.update(turn, state, notes.before.get(turn.id));
      before = view.element;
    }
    this.#next.hidden = notes.next === undefined;
    this.#next.textContent = notes.next === undefined ? '' : modelNote(notes.next);
  }

  #keep(ids: ReadonlySet<number>): void {
    for (const [id, view] of this.#views) {
      if (!ids.has(id)) {
        view.remove();
        this.#views.delete(id);
      }
    }
  }

  /** The first turn in sight that stays: it keeps its place when turns come or go above it. */
  #firstVisible(staying: ReadonlySet<number>): Element | undefined {
    const { top } = this.element.getBoundingClientRect();
    return [...this.#views].filter(([id, { element }]) => staying.has(id) && element.getBoundingClientRect().bottom > top).map(([, { element }]) => element)[0];
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

function setMore(element: HTMLElement, count: number, label: string): void {
  element.hidden = count === 0;
  element.textContent = label;
}
