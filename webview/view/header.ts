import * as l10n from '@vscode/l10n';
import type { ChatState } from '../../src/common/chatProtocol';
import { iconButton } from '../components';
import { h } from '../dom';
import type { Actions } from './actions';
import { ModelButton } from './modelButton';

/** The title of the conversation, the model that answers next, and the way to other conversations. */
export class Header {
  readonly element: HTMLElement;
  readonly #title = h('h1', { class: 'title', testId: 'title' });

  readonly #model: ModelButton;

  constructor(actions: Actions) {
    this.#model = new ModelButton(() => actions.chooseModel());
    this.element = h('header', { class: 'header' }, this.#title, this.#model.element, iconButton('history', l10n.t("Show conversations"), 'history', () => actions.showHistory()));
  }

  update({ conversation, model }: ChatState): void {
    this.#model.update(model);
    const title = conversation.title === '' ? l10n.t("New conversation") : conversation.title;
    this.#title.textContent = title;
    this.#title.title = title;
  }
}
