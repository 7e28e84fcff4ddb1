import * as l10n from '@vscode/l10n';
import type { ChatState } from '../../src/common/chatProtocol';
import { iconButton } from '../components';
import { h } from '../dom';
import type { Actions } from './actions';

/** The title of the conversation, and the way to the others. */
export class Header {
  readonly element: HTMLElement;
  readonly #title = h('h1', { class: 'title', testId: 'title' });

  constructor(actions: Actions) {
    this.element = h('header', { class: 'header' }, this.#title, iconButton('history', l10n.t("Show conversations"), 'history', () => actions.showHistory()));
  }

  update({ conversation }: ChatState): void {
    const title = conversation.title === '' ? l10n.t("New conversation") : conversation.title;
    this.#title.textContent = title;
    this.#title.title = title;
  }
}
