import * as vscode from 'vscode';
import { commandIds, internalCommandIds } from '../../common/ids';
import type { Services } from '../services';
import { selectedLines } from './selection';

/** The commands that attach something to the next question. */
export function registerContext({ attachments }: Services): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand(internalCommandIds.attachSelection, async () => {
      const selection = selectedLines();
      if (selection !== undefined) {
        attachments.add(selection);
      }
      await vscode.commands.executeCommand(commandIds.openChat);
    }),
    vscode.commands.registerCommand(commandIds.addToChat, async () => {
      await vscode.commands.executeCommand(commandIds.openChat);
    }),
  );
}
