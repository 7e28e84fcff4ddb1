import * as l10n from '@vscode/l10n';
import type { ChatState } from '../../src/common/chatProtocol';
import { button, iconButton } from '../components';
import { h } from '../dom';
import type { Actions } from './actions';

/** Says what was just done to the conversation, and takes it back. It has a place of its own, so that it covers nothing. */
export class UndoBar {
  readonly element: HTMLElement;
  readonly #message = h('span', { class: 'undo-message', role: 'status' });
  readonly #buttons: HTMLElement;

  constructor(actions: Pick<Actions, 'undo' | 'dismissUndo'>) {
    this.#buttons = h(
      'div',
      { class: 'undo-buttons' },
      button(l10n.t("Undo"), 'undo', () => actions.undo(), { secondary: true }),
      iconButton('close', l10n.t("Dismiss"), 'dismiss-undo', () => actions.dismissUndo()),
    );
    // The region for the message stays, so that screen readers notice when it is filled.
    this.element = h('div', { class: 'undo-bar', testId: 'undo-bar' }, this.#message, this.#buttons);
  }

  update({ undo }: Pick<ChatState, 'undo'>): void {
    if (this.#message.textContent !== (undo ?? '')) {
      this.#message.textContent = undo ?? '';
    }
    this.#buttons.hidden = undo === undefined;
    this.element.classList.toggle('filled', undo !== undefined);
  }
}
