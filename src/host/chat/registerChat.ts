import path from 'node:path';
import * as vscode from 'vscode';
import { commandIds, contextKeys, viewIds } from '../../common/ids';
import { errorCodeOf, errorText } from '../errorText';
import { QuestionContext } from '../context/questionContext';
import type { Services } from '../services';
import { promptPositions } from '../settings/promptPositions';
import { chatSampling } from '../settings/sampling';
import { registerAskCommand } from './askCommand';
import { ChatSession } from './chatSession';
import { ChatStateSource } from './chatState';
import { ChatViewProvider } from './chatView';
import { Proposals } from './code/proposals';
import { registerConversationCommands } from './history/conversationCommands';
import { Conversations } from './history/conversations';
import { ConversationStore } from './history/conversationStore';
import { UndoOffer } from './history/undoOffer';
import { findCodeAgain } from './slash/findCodeAgain';
import { prepareSlashCommand } from './slash/prepareSlashCommand';

/** The chat: its conversations, its view and its commands. */
export function registerChat({ context, engine, activeModel, memory, attachments, readWorkspace, lastContext, log }: Services): vscode.Disposable {
  const readParams = (attempt: number) => ({ workspace: readWorkspace(), sampling: chatSampling(attempt), ...promptPositions() });
  const session = new ChatSession({ engine, log, readParams, prepare: prepareSlashCommand, prepareAgain: findCodeAgain, errorCodeOf, errorText });
  const { storageUri, workspaceState, extensionUri } = context;
  const store = storageUri === undefined ? undefined : new ConversationStore(path.join(storageUri.fsPath, 'conversations'), log);
  const undo = new UndoOffer();
  const conversations = new Conversations(session, store, workspaceState, undo, log);
  const proposals = new Proposals();
  const source = new ChatStateSource(engine, memory, session, undo, activeModel);
  const questionContext = new QuestionContext({ attachments, engine, readWorkspace, wouldAsk: (text, attached) => session.wouldAsk(text, attached) });
  const view = new ChatViewProvider(extensionUri, { session, conversations, undo, questionContext, source, proposals, log });
  let hadTurns = false;
  const following = session.onDidChange(() => {
    lastContext.set(session.lastContext);
    const hasTurns = session.turns.length > 0;
    if (hasTurns !== hadTurns) {
      hadTurns = hasTurns;
      void vscode.commands.executeCommand('setContext', contextKeys.chatHasTurns, hasTurns);
    }
  });
  void conversations.restoreLast();
  return vscode.Disposable.from(
    session,
    questionContext,
    conversations,
    undo,
    proposals,
    view,
    registerAskCommand(session),
    following,
    vscode.window.registerWebviewViewProvider(viewIds.chat, view),
    vscode.commands.registerCommand(commandIds.openChat, () => vscode.commands.executeCommand(`${viewIds.chat}.focus`)),
    registerConversationCommands(session, conversations),
  );
}
