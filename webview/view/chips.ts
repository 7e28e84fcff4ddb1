import * as l10n from '@vscode/l10n';
import { attachmentKey, type Attachment, type AttachmentState } from '../../src/common/attachments';
import { iconButton, iconElement } from '../components';
import { h } from '../dom';
import { attachmentIcon, placeOf } from './completionItems';
import type { ContextActions } from './contextActions';

/** What is attached to the question, each with a button that removes it, and the editor's selection as an offer. */
export class Chips {
  readonly element = h('ul', { class: 'chips', testId: 'chips', label: l10n.t("Attached to the question"), hidden: true });
  readonly #chips = new Map<string, HTMLElement>();
  #offer: HTMLElement | undefined;

  constructor(
    private readonly actions: Pick<ContextActions, 'attach' | 'detach' | 'reveal'>,
    /** Takes the focus when the last chip is gone. */
    private readonly focusField: () => void,
  ) {}

  update({ attachments, selection }: AttachmentState): void {
    const focused = [...this.#chips.values()].findIndex(chip => chip.contains(document.activeElement));
    const offered = this.#offer?.contains(document.activeElement) ?? false;
    const kept = new Set(attachments.map(attachmentKey));
    for (const [key, chip] of this.#chips) {
      if (!kept.has(key)) {
        chip.remove();
        this.#chips.delete(key);
      }
    }
    this.#offer?.remove();
    this.#offer = selection === undefined ? undefined : this.#offerOf(selection);
    for (const attachment of attachments) {
      const key = attachmentKey(attachment);
      const chip = this.#chips.get(key) ?? this.#chip(attachment);
      this.#chips.set(key, chip);
      if (!chip.isConnected) {
        this.element.append(chip);
      }
    }
    this.element.append(...(this.#offer === undefined ? [] : [this.#offer]));
    this.element.hidden = this.element.childElementCount === 0;
    this.#restoreFocus(focused, offered);
  }

  /** The way from the field with Backspace. */
  focusLast(): void {
    [...this.#chips.values()].at(-1)?.querySelector('button')?.focus();
  }

  /** The keyboard goes on where it was: with the chip that took the place, or in the field. */
  #restoreFocus(focused: number, offered: boolean): void {
    if (this.element.contains(document.activeElement) || (focused < 0 && !offered)) {
      return;
    }
    const chips = [...this.#chips.values()];
    const next = offered ? undefined : (chips[focused] ?? chips.at(-1));
    const button = next?.querySelector('button');
    if (button) {
      button.focus();
    } else {
      this.focusField();
    }
  }

  #chip(attachment: Attachment): HTMLElement {
    const name = nameOf(attachment);
    const open = h('button', { class: 'chip-open', testId: 'chip' }, iconElement(attachmentIcon(attachment.kind)), h('span', { class: 'chip-label' }, name));
    open.type = 'button';
    open.title = placeOf(attachment);
    open.addEventListener('click', () => this.actions.reveal(attachment.path, attachment.lines?.firstLine ?? 1));
    const remove = iconButton('close', l10n.t("Remove {0}", name), 'chip-remove', () => this.actions.detach(attachment));
    const chip = h('li', { class: 'chip' }, open, remove);
    chip.addEventListener('keydown', event => {
      if (event.key === 'Delete' || event.key === 'Backspace') {
        event.preventDefault();
        this.actions.detach(attachment);
      }
    });
    return chip;
  }

  #offerOf(selection: Attachment): HTMLElement {
    const name = nameOf(selection);
    const add = h('button', { class: 'chip-open', testId: 'chip-offer' }, iconElement('add'), h('span', { class: 'chip-label' }, name));
    add.type = 'button';
    add.title = l10n.t("Add the selection: {0}", placeOf(selection));
    add.setAttribute('aria-label', add.title);
    add.addEventListener('click', () => this.actions.attach(selection));
    return h('li', { class: 'chip offer' }, add);
  }
}

/** A symbol has a name of its own; of a file, the lines tell one chip from another. */
function nameOf({ kind, label, lines }: Attachment): string {
  return lines === undefined || kind === 'symbol' ? label : `${label}:${lines.firstLine === lines.lastLine ? lines.firstLine : `${lines.firstLine}\u2013${lines.lastLine}`}`;
}
