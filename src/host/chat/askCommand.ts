import * as v from 'valibot';
import * as vscode from 'vscode';
import { attachmentSchema } from '../../common/attachments';
import { commandIds, internalCommandIds } from '../../common/ids';
import { isWorkspaceFile } from '../memory/workspaceRoots';
import type { ChatSession } from './chatSession';

const askSchema = v.object({ question: v.string(), attachments: v.array(attachmentSchema) });

/** Asks a question in the chat on behalf of another feature. Anyone may call a command, so what it is called with is checked. */
export function registerAskCommand(session: Pick<ChatSession, 'ask' | 'accepts'>): vscode.Disposable {
  return vscode.commands.registerCommand(internalCommandIds.askNow, async (raw: unknown) => {
    const asked = v.safeParse(askSchema, raw);
    if (!asked.success || !asked.output.attachments.every(({ path }) => isWorkspaceFile(vscode.Uri.file(path)))) {
      return;
    }
    const { question, attachments } = asked.output;
    if (session.accepts(question)) {
      void session.ask(question, attachments);
    } else {
      void vscode.window.showInformationMessage(vscode.l10n.t("Shorthand is still answering another question. Wait for it, or stop it, then ask again."));
    }
    await vscode.commands.executeCommand(commandIds.openChat);
  });
}
