import * as l10n from '@vscode/l10n';
import { button, iconButton } from '../components';
import { h } from '../dom';

/** A question as it was typed. It can be changed and asked again. */
export class QuestionView {
  readonly element: HTMLElement;
  readonly editButton: HTMLButtonElement;
  readonly #text: HTMLElement;

  constructor(
    private readonly question: string,
    private readonly onEdit: (question: string) => void,
  ) {
    this.#text = h('div', { class: 'question', testId: 'question' }, question);
    this.editButton = iconButton('edit', l10n.t("Edit the question"), 'edit', () => this.#edit());
    this.element = h('div', {}, this.#text);
  }

  #edit(): void {
    const field = h('textarea', { class: 'question-input', testId: 'edit-field', label: l10n.t("Question") });
    field.rows = 3;
    field.spellcheck = false;
    field.value = this.question;
    const close = (): void => {
      this.element.replaceChildren(this.#text);
      this.editButton.hidden = false;
      this.editButton.focus();
    };
    const send = (): void => {
      const question = field.value.trim();
      if (question !== '') {
        close();
        this.onEdit(question);
      }
    };
    field.addEventListener('keydown', event => {
      if (event.isComposing) {
        return;
      }
      if (event.key === 'Enter' && !event.shiftKey) {
        event.preventDefault();
        send();
      } else if (event.key === 'Escape') {
        // Else it would stop an answer, too.
        event.stopPropagation();
        close();
      }
    });
    const buttons = h('div', { class: 'buttons' }, button(l10n.t("Ask"), 'edit-send', send), button(l10n.t("Cancel"), 'edit-cancel', close, { secondary: true }));
    this.element.replaceChildren(h('div', { class: 'question-editor' }, field, buttons));
    this.editButton.hidden = true;
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }
}
