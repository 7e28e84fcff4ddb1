import * as vscode from 'vscode';

/** Opens a file at a line, counted from 1, in a preview tab; says so when that is not possible. */
export async function revealFile(uri: vscode.Uri, line = 1): Promise<void> {
  try {
    const document = await vscode.workspace.openTextDocument(uri);
    const position = new vscode.Position(Math.min(line, document.lineCount) - 1, 0);
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(position, position), preview: true });
  } catch {
    await vscode.window.showWarningMessage(vscode.l10n.t("{0} can't be opened. It may have been moved or deleted.", vscode.workspace.asRelativePath(uri)));
  }
}
