import * as l10n from '@vscode/l10n';
import type { AttachmentState } from '../../src/common/attachments';
import { iconButton } from '../components';
import { h } from '../dom';
import { Chips } from './chips';
import { Completion } from './completion';
import type { ContextActions } from './contextActions';
import { acceptDrops, pastedPaths } from './dropTarget';
import { PlanPreview } from './planPreview';
import { QuestionField } from './questionField';

/** The question that is being typed, and where. */
export interface Draft {
  readonly text: string;
  readonly caret: number;
}

interface ComposerOptions {
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
  /** False when the question was not taken. */
  readonly onSend: (question: string) => Promise<boolean>;
  readonly onStop: () => void;
  readonly actions: ContextActions;
}

export interface ComposerState {
  readonly enabled: boolean;
  readonly running: boolean;
  /** True while the engine runs, so that a plan costs no start. */
  readonly engineRunning: boolean;
}

/** The field for the question with what is attached to it and what it would read, and a button that sends it or stops the answer. */
export class Composer {
  readonly element: HTMLElement;
  readonly #field: QuestionField;
  readonly #completion: Completion;
  readonly #chips: Chips;
  readonly #plan: PlanPreview;
  readonly #send: HTMLButtonElement;
  readonly #stop: HTMLButtonElement;
  readonly #add: HTMLButtonElement;
  readonly #notice = h('p', { class: 'notice', role: 'status', testId: 'composer-notice' });
  #state: ComposerState = { enabled: false, running: false, engineRunning: false };
  #attached = '';
  #attachments = 0;

  constructor(private readonly options: ComposerOptions) {
    const { actions, draft } = options;
    this.#field = new QuestionField(draft, () => this.#edited());
    const { input } = this.#field;
    this.#completion = new Completion(input, actions, () => this.#edited());
    this.#chips = new Chips(actions, () => this.focus());
    this.#plan = new PlanPreview(actions, () => (this.#question() === '' && this.#attachments === 0 ? undefined : this.#question()));
    this.#add = iconButton('add', l10n.t("Add Context: type @ for a file or # for a symbol, or hold Shift and drop files here"), 'add-context', () => this.#begin('@'));
    this.#send = iconButton('send', l10n.t("Send"), 'send', () => this.#submit());
    this.#stop = iconButton('debug-stop', l10n.t("Stop"), 'stop', () => options.onStop());
    input.addEventListener('keydown', event => this.#key(event));
    // Files may have changed while the user was elsewhere.
    input.addEventListener('focus', () => this.#plan.changed());
    input.addEventListener('paste', event => this.#attachPaths(pastedPaths(event.clipboardData), 'paste'));
    const { list } = this.#completion;
    this.element = h(
      'form',
      { class: 'composer', testId: 'composer' },
      this.#plan.body,
      this.#chips.element,
      h('div', { class: 'question-box' }, list.element, this.#field.element),
      this.#notice,
      h('div', { class: 'composer-buttons' }, this.#add, this.#plan.toggle, this.#send, this.#stop),
      list.status,
    );
    this.element.addEventListener('submit', event => event.preventDefault());
    this.update(this.#state);
  }

  update(state: ComposerState): void {
    const loseFocus = document.activeElement === this.#stop && !state.running;
    const awaitsFocus = state.enabled && !this.#state.enabled && document.hasFocus() && document.activeElement === document.body;
    const engineStarted = state.engineRunning && !this.#state.engineRunning;
    this.#state = state;
    this.#field.update(state.enabled);
    this.#add.disabled = !state.enabled;
    this.#send.hidden = state.running;
    this.#stop.hidden = !state.running;
    this.#plan.toggle.disabled = !state.enabled;
    this.#plan.pause(state.running);
    this.#refreshSend();
    if (engineStarted) {
      this.#plan.changed();
    }
    if (loseFocus || awaitsFocus) {
      this.focus();
    }
  }

  /** Shows what is attached to the question, which the host keeps. */
  updateAttachments(state: AttachmentState): void {
    this.#chips.update(state);
    this.#attachments = state.attachments.length;
    // A change of the selection alone changes no plan.
    const attached = JSON.stringify([state.attachments, state.activeFile]);
    if (attached !== this.#attached) {
      this.#attached = attached;
      this.#plan.changed();
    }
  }

  /** Makes the page a place where files can be dropped. */
  acceptDropsOn(page: HTMLElement): void {
    acceptDrops(page, paths => this.#attachPaths(paths, 'drop'));
  }

  focus(): void {
    this.#field.input.focus();
  }

  fill(question: string): void {
    this.#field.set(question);
    this.#edited();
    this.focus();
  }

  /** Begins a name at the caret, as if its sign had been typed. */
  #begin(sign: '@'): void {
    this.focus();
    this.#field.insertWord(sign);
    this.#edited();
    this.#completion.update();
  }

  #edited(): void {
    this.options.onDraft(this.#field.draft);
    this.#notice.textContent = '';
    this.#refreshSend();
    this.#completion.update();
    this.#plan.changed();
  }

  #question(): string {
    return this.#field.input.value.trim();
  }

  #refreshSend(): void {
    this.#send.disabled = !this.#state.enabled || this.#question() === '';
  }

  #key(event: KeyboardEvent): void {
    if (this.#completion.key(event)) {
      return;
    }
    const { selectionStart, selectionEnd } = this.#field.input;
    // Enter also ends the composition of a character in an input method.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === 'Backspace' && selectionStart === 0 && selectionEnd === 0 && this.#attachments > 0) {
      event.preventDefault();
      this.#chips.focusLast();
    }
  }

  #attachPaths(paths: readonly string[], from: 'drop' | 'paste'): void {
    if (paths.length > 0) {
      void this.options.actions.attachPaths(paths, from).then(
        message => {
          this.#notice.textContent = message ?? '';
        },
        () => {
          this.#notice.textContent = from === 'drop' ? l10n.t("The files can't be attached.") : '';
        },
      );
    }
  }

  /** Puts a question that was not taken back, unless another one is being typed by now. */
  #giveBack(question: string): void {
    if (this.#question() === '') {
      this.#field.set(question);
      this.#edited();
    }
  }

  #submit(): void {
    const question = this.#question();
    if (question !== '' && this.#state.enabled && !this.#state.running) {
      this.#completion.close();
      this.#field.set('');
      this.#edited();
      void this.options.onSend(question).then(
        accepted => accepted || this.#giveBack(question),
        () => this.#giveBack(question),
      );
      this.focus();
    }
  }
}
