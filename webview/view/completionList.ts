import * as l10n from '@vscode/l10n';
import { iconElement } from '../components';
import { h } from '../dom';
import type { CompletionItem } from './completionItems';

const listId = 'completion-list';

/**
 * The list of what could be completed. The focus stays in the text field, which names the active option: a field of several lines can't be
 * a combobox, so it is a text box with a list.
 */
export class CompletionList {
  readonly element = h('ul', { class: 'completions', role: 'listbox', testId: 'completions', label: l10n.t("Suggestions"), hidden: true });
  /** Says how many there are, for those who don't see them. */
  readonly status = h('div', { class: 'visually-hidden', role: 'status', testId: 'completion-status' });
  #items: readonly CompletionItem[] = [];
  #active = 0;

  constructor(
    private readonly field: HTMLTextAreaElement,
    private readonly onChoose: (item: CompletionItem) => void,
  ) {
    this.element.id = listId;
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-controls', listId);
    // A click must not take the focus from the field.
    this.element.addEventListener('mousedown', event => event.preventDefault());
  }

  get open(): boolean {
    return !this.element.hidden;
  }

  show(items: readonly CompletionItem[]): void {
    if (items.length === 0) {
      this.close();
      return;
    }
    this.#items = items;
    this.element.replaceChildren(...items.map((item, index) => this.#option(item, index)));
    this.element.hidden = false;
    this.status.textContent = items.length === 1 ? l10n.t("1 suggestion") : l10n.t("{0} suggestions", items.length);
    this.#activate(0);
  }

  close(): void {
    if (this.open) {
      this.element.hidden = true;
      this.element.replaceChildren();
      this.status.textContent = '';
      this.field.removeAttribute('aria-activedescendant');
    }
  }

  move(by: number): void {
    this.#activate((this.#active + by + this.#items.length) % this.#items.length);
  }

  chooseActive(): void {
    const item = this.#items[this.#active];
    if (item !== undefined) {
      this.onChoose(item);
    }
  }

  #activate(index: number): void {
    this.#active = index;
    for (const [i, option] of [...this.element.children].entries()) {
      option.setAttribute('aria-selected', String(i === index));
      if (i === index) {
        this.field.setAttribute('aria-activedescendant', option.id);
        option.scrollIntoView({ block: 'nearest' });
      }
    }
  }

  #option(item: CompletionItem, index: number): HTMLElement {
    const option = h(
      'li',
      { class: 'completion', role: 'option', testId: 'completion' },
      iconElement(item.icon),
      h('span', { class: 'completion-label' }, item.label),
      h('span', { class: 'completion-detail' }, item.detail),
    );
    option.id = `${listId}-${index}`;
    option.title = item.attachment?.path ?? item.detail;
    option.addEventListener('click', () => this.onChoose(item));
    return option;
  }
}
