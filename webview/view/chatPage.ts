import type { AttachmentState } from '../../src/common/attachments';
import type { ChatState } from '../../src/common/chatProtocol';
import { h } from '../dom';
import type { Actions } from './actions';
import { Announcer } from './announcer';
import { Composer, type Draft } from './composer';
import { EmptyState } from './emptyState';
import { Header } from './header';
import { Transcript } from './transcript';
import { UndoBar } from './undoBar';

interface ChatPageOptions {
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
}

/** The whole page. It shows snapshots of the host's state and keeps none of its own but the draft. */
export class ChatPage {
  readonly element: HTMLElement;
  readonly #header: Header;
  readonly #transcript: Transcript;
  readonly #empty: EmptyState;
  readonly #undo: UndoBar;
  readonly #composer: Composer;
  readonly #announcer = new Announcer();
  #running = false;

  constructor(actions: Actions, options: ChatPageOptions) {
    this.#header = new Header(actions);
    this.#transcript = new Transcript(actions);
    this.#undo = new UndoBar(actions);
    this.#composer = new Composer({ ...options, actions, onSend: question => actions.ask(question), onStop: () => actions.stop() });
    this.#empty = new EmptyState(actions, question => this.#composer.fill(question));
    this.element = h('main', { class: 'page', testId: 'chat-page' }, this.#header.element, this.#empty.element, this.#transcript.element, this.#undo.element, this.#composer.element, this.#announcer.element);
    this.#composer.acceptDropsOn(this.element);
    this.element.addEventListener('keydown', event => {
      if (event.key === 'Escape' && this.#running && !event.isComposing) {
        event.preventDefault();
        actions.stop();
      }
    });
    window.addEventListener('focus', () => document.activeElement === document.body && this.#composer.focus());
  }

  update(state: ChatState): void {
    const hadFocus = this.element.contains(document.activeElement);
    this.#running = state.running;
    this.#header.update(state);
    this.#empty.update(state);
    this.#transcript.update(state);
    this.#undo.update(state);
    this.#composer.update({ enabled: state.workspaceOpen, running: this.#running, engineRunning: state.engine.kind === 'ready' || state.engine.kind === 'busy' });
    this.#announcer.update(state);
    // The focused element may have gone, a Retry button for one: the keyboard must not start over at the top.
    if (hadFocus && !this.element.contains(document.activeElement)) {
      this.#composer.focus();
    }
  }

  /** Shows what is attached to the next question. */
  updateAttachments(state: AttachmentState): void {
    this.#composer.updateAttachments(state);
  }
}
