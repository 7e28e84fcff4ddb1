import * as l10n from '@vscode/l10n';
import { iconButton, type TextareaElement } from '../components';
import { h } from '../dom';

interface ComposerOptions {
  readonly draft: string;
  readonly onDraft: (draft: string) => void;
  readonly onSend: (question: string) => void;
  readonly onStop: () => void;
}

/** The field for the question, with a button that sends it or stops the answer. */
export class Composer {
  readonly element: HTMLElement;
  readonly #field: TextareaElement;
  readonly #send: HTMLButtonElement;
  readonly #stop: HTMLButtonElement;
  #running = false;
  #enabled = false;

  constructor(private readonly options: ComposerOptions) {
    this.#field = document.createElement('vscode-textarea');
    this.#field.dataset['testid'] = 'question-field';
    this.#field.rows = 3;
    this.#field.resize = 'none';
    this.#field.value = options.draft;
    this.#field.addEventListener('input', () => this.#edited());
    this.#field.addEventListener('keydown', event => this.#key(event));
    this.#send = iconButton('send', l10n.t("Send"), 'send', () => this.#submit());
    this.#stop = iconButton('debug-stop', l10n.t("Stop"), 'stop', () => options.onStop());
    this.element = h('form', { class: 'composer', testId: 'composer' }, this.#field, h('div', { class: 'composer-buttons' }, this.#send, this.#stop));
    this.element.addEventListener('submit', event => event.preventDefault());
    this.update(false, false);
  }

  update(enabled: boolean, running: boolean): void {
    const loseFocus = document.activeElement === this.#stop && !running;
    const awaitsFocus = enabled && !this.#enabled && document.hasFocus() && document.activeElement === document.body;
    this.#enabled = enabled;
    this.#running = running;
    const placeholder = enabled ? l10n.t("Ask about your workspace") : l10n.t("Open a folder to ask about it");
    this.#field.placeholder = placeholder;
    this.#field.label = placeholder;
    this.#field.disabled = !enabled;
    this.#send.hidden = running;
    this.#stop.hidden = !running;
    this.#refreshSend();
    if (loseFocus || awaitsFocus) {
      // A field that is only now enabled takes the focus once it has been rendered so.
      void this.#field.updateComplete.then(() => this.focus());
    }
  }

  focus(): void {
    this.#field.focus();
  }

  fill(question: string): void {
    this.#field.value = question;
    this.#edited();
    this.focus();
  }

  #edited(): void {
    this.options.onDraft(this.#field.value);
    this.#refreshSend();
  }

  #refreshSend(): void {
    this.#send.disabled = !this.#enabled || this.#field.value.trim() === '';
  }

  #key(event: KeyboardEvent): void {
    // Enter also ends the composition of a character in an input method.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#submit();
    }
  }

  #submit(): void {
    const question = this.#field.value.trim();
    if (question !== '' && this.#enabled && !this.#running) {
      this.#field.value = '';
      this.#edited();
      this.options.onSend(question);
      this.focus();
    }
  }
}
