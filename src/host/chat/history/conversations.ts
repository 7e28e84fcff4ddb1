import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../../common/disposable';
import type { Log } from '../../log';
import type { ChatSession } from '../chatSession';
import { fromStored, newConversation, titleOf, toStored, type Conversation } from './conversation';
import type { ConversationStore } from './conversationStore';
import type { UndoOffer } from './undoOffer';

const currentKey = 'shorthand.currentConversation';

/** The most conversations that a workspace keeps. */
const maxConversations = 50;

/** The conversations of the workspace: the one that is shown, and those on disk. Without a workspace there is no store, and nothing is kept. */
export class Conversations implements Disposable {
  readonly #disposables = new DisposableStore();
  readonly #stored = new Set<string>();

  constructor(
    private readonly session: ChatSession,
    private readonly store: ConversationStore | undefined,
    private readonly state: vscode.Memento,
    private readonly undo: UndoOffer,
    private readonly log: Log,
  ) {
    this.#disposables.add(session.onDidSettle(conversation => void this.#keep(conversation)));
  }

  /** Shows the conversation that was shown last, unless a question has been asked meanwhile. */
  async restoreLast(): Promise<void> {
    const id = this.state.get(currentKey);
    const conversation = typeof id === 'string' ? await this.store?.load(id) : undefined;
    if (conversation !== undefined && this.session.turns.length === 0) {
      this.#stored.add(conversation.id);
      this.session.open(conversation);
    }
  }

  list(): Promise<readonly Conversation[]> {
    return this.store?.list() ?? Promise.resolve([]);
  }

  async open(conversation: Conversation): Promise<void> {
    if (conversation.id !== this.session.conversation.id) {
      this.undo.withdraw();
      this.session.open(conversation);
      await this.state.update(currentKey, conversation.id);
    }
  }

  async startNew(): Promise<void> {
    this.undo.withdraw();
    this.session.open(newConversation());
    await this.state.update(currentKey, undefined);
  }

  async rename(conversation: Conversation, name: string): Promise<void> {
    if (conversation.id === this.session.conversation.id) {
      this.session.rename(name);
    } else {
      await this.store?.save({ ...conversation, name });
    }
  }

  /** Removes a conversation and offers to bring it back. */
  async delete(conversation: Conversation): Promise<void> {
    // An answer under way ends with it.
    const kept = fromStored(toStored(conversation));
    const wasShown = conversation.id === this.session.conversation.id;
    if (wasShown) {
      await this.startNew();
    }
    this.#stored.delete(conversation.id);
    await this.store?.remove(conversation.id);
    this.undo.make(vscode.l10n.t("The conversation \"{0}\" was deleted.", titleOf(kept)), async () => {
      if (wasShown) {
        this.session.open(kept);
      }
      await this.#keep(kept);
    });
  }

  /** Asks a question in other words and offers to take that back. */
  edit(id: number, question: string): void {
    const edited = this.session.edit(id, question);
    if (edited === undefined) {
      return;
    }
    const later = edited.before.turns.filter(turn => turn.id > id).length;
    const message =
      later === 0
        ? vscode.l10n.t("The question was replaced.")
        : later === 1
          ? vscode.l10n.t("The question was replaced, and the one after it removed.")
          : vscode.l10n.t("The question was replaced, and the {0} after it removed.", later);
    this.undo.make(message, async () => {
      this.session.open(edited.before);
      await this.#keep(edited.before);
    });
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  async #keep(conversation: Conversation): Promise<void> {
    if (this.store === undefined) {
      return;
    }
    const isNew = !this.#stored.has(conversation.id);
    this.#stored.add(conversation.id);
    await this.store.save(conversation);
    if (conversation.id === this.session.conversation.id && this.state.get(currentKey) !== conversation.id) {
      await this.state.update(currentKey, conversation.id);
    }
    const removed = isNew ? await this.store.trim(maxConversations) : 0;
    if (removed > 0) {
      this.log.info(`Removed the oldest conversations: ${removed}.`);
      void vscode.window.showInformationMessage(
        removed === 1
          ? vscode.l10n.t("The oldest conversation was removed: {0} are kept.", maxConversations)
          : vscode.l10n.t("The {0} oldest conversations were removed: {1} are kept.", removed, maxConversations),
      );
    }
  }
}
