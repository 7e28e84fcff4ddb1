import * as vscode from 'vscode';
import { commandIds } from '../../../common/ids';
import type { ChatSession } from '../chatSession';
import { conversationMarkdown } from './conversationMarkdown';
import type { Conversations } from './conversations';
import { renameConversation, showHistory } from './historyPick';

/** The commands over conversations. All but the history work on the one that is shown. */
export function registerConversationCommands(session: ChatSession, conversations: Conversations): vscode.Disposable {
  const withTurns = (action: () => Promise<void>) => async (): Promise<void> => {
    // The manifest disables them for an empty conversation, but key bindings and other extensions can still call.
    if (session.turns.length > 0) {
      await action();
    }
  };
  return vscode.Disposable.from(
    vscode.commands.registerCommand(commandIds.newConversation, () => conversations.startNew()),
    vscode.commands.registerCommand(commandIds.showHistory, () => showHistory(conversations, session.conversation.id)),
    vscode.commands.registerCommand(
      commandIds.renameConversation,
      withTurns(() => renameConversation(conversations, session.conversation)),
    ),
    vscode.commands.registerCommand(
      commandIds.deleteConversation,
      withTurns(() => conversations.delete(session.conversation)),
    ),
    vscode.commands.registerCommand(
      commandIds.exportConversation,
      withTurns(async () => {
        const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: conversationMarkdown(session.conversation) });
        await vscode.window.showTextDocument(document);
      }),
    ),
  );
}
