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

/** The chat: its conversation, its view and its commands. */
export function registerChat({ context, engine, memory, attachments, readWorkspace, lastContext, log }: Services): vscode.Disposable {
  const readParams = () => ({ workspace: readWorkspace(), sampling: chatSampling(), ...promptPositions() });
  const session = new ChatSession({ engine, log, readParams, errorCodeOf, errorText });
  const questionContext = new QuestionContext({ attachments, engine, readWorkspace, paramsFor: (text, attached) => session.paramsFor(text, attached) });
  const view = new ChatViewProvider(context.extensionUri, session, questionContext, new ChatStateSource(engine, memory, session), log);
  let hadTurns = false;
  return vscode.Disposable.from(
    session,
    questionContext,
    view,
    registerAskCommand(session),
    vscode.window.registerWebviewViewProvider(viewIds.chat, view),
    vscode.commands.registerCommand(commandIds.openChat, () => vscode.commands.executeCommand(`${viewIds.chat}.focus`)),
    vscode.commands.registerCommand(commandIds.newConversation, () => session.clear()),
    session.onDidChange(() => {
      lastContext.set(session.lastContext);
      const hasTurns = session.turns.length > 0;
      if (hasTurns !== hadTurns) {
        hadTurns = hasTurns;
        void vscode.commands.executeCommand('setContext', contextKeys.chatHasTurns, hasTurns);
      }
    }),
  );
}
