import * as vscode from 'vscode';
import { commandIds, internalCommandIds } from '../../common/ids';
import { fileInFront } from '../memory/openFiles';
import type { Services } from '../services';
import { attachUris } from './attachPaths';
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
    vscode.commands.registerCommand(commandIds.addToChat, async (clicked: unknown, selected: unknown) => {
      const uris = urisOf(selected, clicked, fileInFront());
      const [message] = await Promise.all([attachUris(attachments, uris), vscode.commands.executeCommand(commandIds.openChat)]);
      if (message !== undefined) {
        await vscode.window.showWarningMessage(message);
      }
    }),
  );
}

/** What a menu was opened on: all that is selected, else what was clicked, else the file in front. Anyone may call a command. */
function urisOf(selected: unknown, ...others: readonly unknown[]): vscode.Uri[] {
  const several = Array.isArray(selected) ? selected.filter(isUri) : [];
  return several.length > 0 ? several : others.filter(isUri).slice(0, 1);
}

function isUri(value: unknown): value is vscode.Uri {
  return value instanceof vscode.Uri;
}
