import * as vscode from 'vscode';
import { commandIds, contextKeys, viewIds } from '../../common/ids';
import type { Engine } from '../engine/engine';
import { errorCodeOf, errorText } from '../errorText';
import { openFiles } from '../memory/openFiles';
import type { WorkspaceMemory } from '../memory/workspaceMemory';
import { workspaceRoots } from '../memory/workspaceRoots';
import { chatSampling } from '../settings/sampling';
import { readSetting } from '../settings/settings';
import { ChatSession } from './chatSession';
import { ChatStateSource } from './chatState';
import { ChatViewProvider } from './chatView';

/** The chat: its conversation, its view and its commands. */
export function registerChat(extensionUri: vscode.Uri, engine: Engine, memory: WorkspaceMemory, log: vscode.LogOutputChannel): vscode.Disposable {
  const readParams = () => ({ roots: workspaceRoots(), openFiles: openFiles(), ratio: readSetting('compression.ratio'), sampling: chatSampling() });
  const session = new ChatSession({ engine, log, readParams, errorCodeOf, errorText });
  const view = new ChatViewProvider(extensionUri, session, new ChatStateSource(engine, memory, session), log);
  let hadTurns = false;
  return vscode.Disposable.from(
    session,
    view,
    vscode.window.registerWebviewViewProvider(viewIds.chat, view),
    vscode.commands.registerCommand(commandIds.openChat, () => vscode.commands.executeCommand(`${viewIds.chat}.focus`)),
    vscode.commands.registerCommand(commandIds.newConversation, () => session.clear()),
    session.onDidChange(() => {
      const hasTurns = session.turns.length > 0;
      if (hasTurns !== hadTurns) {
        hadTurns = hasTurns;
        void vscode.commands.executeCommand('setContext', contextKeys.chatHasTurns, hasTurns);
      }
    }),
  );
}
