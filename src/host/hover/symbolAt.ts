import type * as vscode from 'vscode';

/** The word at a position, unless it is a number. */
export function symbolAt(document: vscode.TextDocument, position: vscode.Position): vscode.Range | undefined {
  const range = document.getWordRangeAtPosition(position);
  return range !== undefined && /\p{L}/u.test(document.getText(range)) ? range : undefined;
}
