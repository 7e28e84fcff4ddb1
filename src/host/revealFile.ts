import * as vscode from 'vscode';

/** Opens a file in a preview tab, at a line or with a run of lines selected, counted from 1; says so when that is not possible. */
export async function revealFile(uri: vscode.Uri, line = 1, lastLine?: number): Promise<void> {
  try {
    const document = await vscode.workspace.openTextDocument(uri);
    const start = new vscode.Position(Math.min(line, document.lineCount) - 1, 0);
    const end = lastLine === undefined ? start : document.lineAt(Math.max(start.line, Math.min(lastLine, document.lineCount) - 1)).range.end;
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(start, end), preview: true });
  } catch {
    await vscode.window.showWarningMessage(vscode.l10n.t("{0} can't be opened. It may have been moved or deleted.", vscode.workspace.asRelativePath(uri)));
  }
}
