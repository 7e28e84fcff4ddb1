import * as vscode from 'vscode';
import { reconstructionScheme } from './reconstructionUri';

/** Languages whose built-in services check every document, whatever its scheme. */
const checked: ReadonlySet<string> = new Set(['typescript', 'typescriptreact', 'javascript', 'javascriptreact', 'json', 'jsonc', 'css', 'scss', 'less']);

/**
 * The language that colours a reconstruction as its file is coloured. What a model recalls is hardly ever valid code, so a language that is
 * checked is replaced by one that has its grammar and nothing else: its errors are not the user's.
 */
export function colouredLanguage(languageId: string): string {
  return checked.has(languageId) ? `shorthand-${languageId}` : languageId;
}

/** Gives a language to a reconstruction that VS Code opens by itself, after a reload. */
export function registerColouredLanguage(): vscode.Disposable {
  return vscode.workspace.onDidOpenTextDocument(document => {
    if (document.uri.scheme === reconstructionScheme && checked.has(document.languageId)) {
      void vscode.languages.setTextDocumentLanguage(document, colouredLanguage(document.languageId));
    }
  });
}
