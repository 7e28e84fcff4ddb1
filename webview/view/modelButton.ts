import * as l10n from '@vscode/l10n';
import { iconElement } from '../components';
import { h } from '../dom';

/** Names the model that answers the next question; a click lets the user choose another one. */
export class ModelButton {
  readonly element: HTMLButtonElement;
  readonly #name = h('span', { class: 'model-name' });

  constructor(onChoose: () => void) {
    this.element = h('button', { class: 'model-button', testId: 'model' }, this.#name, iconElement('chevron-down'));
    this.element.type = 'button';
    this.element.addEventListener('click', onChoose);
  }

  update(model: string): void {
    const label = l10n.t("Model: {0}. Choose another one", model);
    this.#name.textContent = model;
    this.element.title = label;
    this.element.setAttribute('aria-label', label);
  }
}
