import { parseSlashCommand } from '../../src/common/slashCommands';
import type { ContextActions } from './contextActions';
import { attachmentItem, commandItems, type CompletionItem } from './completionItems';
import { CompletionList } from './completionList';
import { findTrigger, type Trigger } from './completionTrigger';

/** Keys come faster than answers: a request waits for a pause of this length. */
const pauseMs = 60;

/** Offers files, symbols and commands while a name of one is typed, and puts the chosen one into the text. */
export class Completion {
  readonly list: CompletionList;
  #trigger: Trigger | undefined;
  /** Where the user closed the list: it stays closed until another name is begun. */
  #dismissed: number | undefined;
  #request: AbortController | undefined;

  constructor(
    private readonly field: HTMLTextAreaElement,
    private readonly actions: Pick<ContextActions, 'attach' | 'complete'>,
    private readonly onEdit: () => void,
  ) {
    this.list = new CompletionList(field, item => this.#choose(item));
    // Up and Down move in the list while it is open.
    field.addEventListener('keyup', ({ key }) => (key === 'ArrowLeft' || key === 'ArrowRight' || (key.startsWith('Arrow') && !this.list.open)) && this.update());
    field.addEventListener('click', () => this.update());
    field.addEventListener('compositionend', () => this.update());
    field.addEventListener('blur', () => this.close());
  }

  /** Looks at what stands before the caret. */
  update(): void {
    const { value, selectionStart, selectionEnd } = this.field;
    const trigger = selectionStart === selectionEnd ? findTrigger(value, selectionStart) : undefined;
    if (trigger?.start !== this.#dismissed) {
      this.#dismissed = undefined;
    }
    if (trigger === undefined || this.#dismissed !== undefined) {
      this.close();
      return;
    }
    this.#cancel();
    this.#trigger = trigger;
    if (trigger.kind === 'command') {
      this.list.show(commandItems(trigger.query));
    } else {
      void this.#load(trigger.kind, trigger.query);
    }
  }

  /** Takes the keys of the open list; true when it took one. A closed list takes none. */
  key(event: KeyboardEvent): boolean {
    if (!this.list.open || event.isComposing || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) {
      return false;
    }
    switch (event.key) {
      case 'ArrowDown':
        this.list.move(1);
        break;
      case 'ArrowUp':
        this.list.move(-1);
        break;
      case 'Enter':
        if (this.#sends()) {
          this.close();
          return false;
        }
        this.list.chooseActive();
        break;
      case 'Tab':
        this.list.chooseActive();
        break;
      case 'Escape':
        this.#dismissed = this.#trigger?.start;
        this.close();
        break;
      default:
        return false;
    }
    event.preventDefault();
    // Escape also stops an answer.
    event.stopPropagation();
    return true;
  }

  close(): void {
    this.#cancel();
    this.#trigger = undefined;
    this.list.close();
  }

  /** Whether a command is typed out and lacks nothing: Enter sends it then. Only `/find` can't do without words. */
  #sends(): boolean {
    const typed = parseSlashCommand(this.field.value);
    return this.#trigger?.kind === 'command' && typed?.command === this.#trigger.query && (typed.rest !== '' || typed.command !== 'find');
  }

  #cancel(): void {
    this.#request?.abort();
    this.#request = undefined;
  }

  async #load(kind: 'file' | 'symbol', query: string): Promise<void> {
    const request = new AbortController();
    this.#request = request;
    try {
      await new Promise(resolve => setTimeout(resolve, pauseMs));
      const attachments = this.#request === request ? await this.actions.complete(kind, query, request.signal) : [];
      if (this.#request === request) {
        this.list.show(attachments.map(attachmentItem));
      }
    } catch {
      // There is nothing to offer: what was typed stays plain text.
      if (this.#request === request) {
        this.list.close();
      }
    }
  }

  #choose(item: CompletionItem): void {
    const trigger = this.#trigger;
    if (trigger === undefined) {
      return;
    }
    const space = /^\s/.test(this.field.value.slice(trigger.end)) ? '' : ' ';
    this.field.setRangeText(`${item.text}${space}`, trigger.start, trigger.end, 'end');
    this.close();
    if (item.attachment !== undefined) {
      this.actions.attach(item.attachment);
    }
    this.onEdit();
    this.field.focus();
  }
}
