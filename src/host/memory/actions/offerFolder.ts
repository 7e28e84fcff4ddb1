import * as vscode from 'vscode';

/** Says that there is nothing to work on, and helps out. */
export async function offerFolder(): Promise<void> {
  const openFolder = vscode.l10n.t("Open Folder");
  const message = vscode.l10n.t("Shorthand compresses the files of a folder on disk, and none is open.");
  if ((await vscode.window.showInformationMessage(message, openFolder)) === openFolder) {
    await vscode.commands.executeCommand('vscode.openFolder');
  }
}
