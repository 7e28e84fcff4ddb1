import * as l10n from '@vscode/l10n';
import { h } from '../dom';
import type { Draft } from './composer';

/**
 * The text field of the question. It is the browser's own: a list of completions can name its active option to a field in the same document
 * only, not to one inside a component.
 */
export class QuestionField {
  readonly input = h('textarea', { class: 'question-input' });
  readonly element = h('div', { class: 'question-field', testId: 'question-field' }, this.input);

  constructor(draft: Draft, onEdit: () => void) {
    this.input.rows = 3;
    this.input.spellcheck = false;
    this.input.value = draft.text;
    this.input.setSelectionRange(draft.caret, draft.caret);
    this.input.addEventListener('input', onEdit);
  }

  get draft(): Draft {
    return { text: this.input.value, caret: this.input.selectionStart };
  }

  update(enabled: boolean): void {
    const label = enabled ? l10n.t("Ask about your workspace") : l10n.t("Open a folder to ask about it");
    this.input.placeholder = enabled ? l10n.t("Ask about your workspace. @ adds a file, # a symbol, / a command.") : label;
    this.input.setAttribute('aria-label', label);
    this.input.disabled = !enabled;
  }

  set(text: string): void {
    this.input.value = text;
    this.input.setSelectionRange(text.length, text.length);
  }

  /** Puts text at the caret, apart from the word before it. */
  insertWord(text: string): void {
    const { value, selectionStart, selectionEnd } = this.input;
    const apart = /\S$/.test(value.slice(0, selectionStart)) ? ' ' : '';
    this.input.setRangeText(`${apart}${text}`, selectionStart, selectionEnd, 'end');
  }
}
