import * as vscode from 'vscode';
import type { OpenFile } from '../../common/workspace';
import { isWorkspaceFile } from './workspaceRoots';

/** The document with its unsaved text, where it has some: the model reads what the user sees. */
export function openFileOf(document: vscode.TextDocument): OpenFile {
  return document.isDirty ? { path: document.uri.fsPath, text: document.getText() } : { path: document.uri.fsPath };
}

/** The workspace's files that are open, by how near they are to the user: the active editor, other visible ones, the tabs behind. */
export function openFiles(): OpenFile[] {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const uris = [...(activeTextEditor === undefined ? [] : [activeTextEditor]), ...visibleTextEditors].map(editor => editor.document.uri);
  const unique = new Map([...uris, ...tabUris()].filter(isWorkspaceFile).map(uri => [uri.toString(), uri]));
  return [...unique.values()].map(toOpenFile);
}

/** The open file at a URI, with its text where that is unsaved. */
export function toOpenFile(uri: vscode.Uri): OpenFile {
  const document = vscode.workspace.textDocuments.find(candidate => candidate.uri.toString() === uri.toString());
  return document === undefined ? { path: uri.fsPath } : openFileOf(document);
}

/** True when a tab shows the document. VS Code also opens documents that nobody sees, for searches and for other extensions. */
export function isShownInTab(uri: vscode.Uri): boolean {
  const wanted = uri.toString();
  return tabUris().some(candidate => candidate.toString() === wanted);
}

function tabUris(): vscode.Uri[] {
  return vscode.window.tabGroups.all.flatMap(group => group.tabs).flatMap(({ input }) => {
    if (input instanceof vscode.TabInputText) {
      return [input.uri];
    }
    return input instanceof vscode.TabInputTextDiff ? [input.modified] : [];
  });
}
