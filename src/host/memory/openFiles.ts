import * as vscode from 'vscode';
import type { OpenFile } from '../../common/workspace';
import { isWorkspaceFile } from './workspaceRoots';

/** The document with its unsaved text, where it has some: the model reads what the user sees. */
export function openFileOf(document: vscode.TextDocument): OpenFile {
  return document.isDirty ? { path: document.uri.fsPath, text: document.getText() } : { path: document.uri.fsPath };
}

/**
 * The workspace's files that are open, by how near they are to the user: the active editor, other visible ones, the tabs behind. A notebook
 * counts as its file on disk: what its cells hold unsaved is not a text of that file.
 */
export function openFiles(): OpenFile[] {
  const { activeTextEditor, visibleTextEditors, activeNotebookEditor, visibleNotebookEditors } = vscode.window;
  const uris = [
    ...[activeTextEditor].flatMap(editor => editor?.document.uri ?? []),
    ...[activeNotebookEditor].flatMap(editor => editor?.notebook.uri ?? []),
    ...visibleTextEditors.map(editor => editor.document.uri),
    ...visibleNotebookEditors.map(editor => editor.notebook.uri),
    ...tabUris(),
  ];
  const unique = new Map(uris.filter(isWorkspaceFile).map(uri => [uri.toString(), uri]));
  return [...unique.values()].map(toOpenFile);
}

/**
 * The editor of the text that the user looks at: the active one, or that of the tab in front where the active one is a panel's, such as the
 * Output's, which stands in no column.
 */
export function editorInFront(): vscode.TextEditor | undefined {
  const { activeTextEditor, visibleTextEditors, tabGroups } = vscode.window;
  if (activeTextEditor?.viewColumn !== undefined) {
    return activeTextEditor;
  }
  const { activeTab, viewColumn } = tabGroups.activeTabGroup;
  const ofTab = textUris(activeTab?.input).flatMap(uri =>
    visibleTextEditors.filter(editor => editor.viewColumn === viewColumn && editor.document.uri.toString() === uri.toString()),
  );
  return ofTab[0] ?? activeTextEditor;
}

/** The text file that the user looks at. A tab is there before its editor is, which takes a while on a slow disk. */
export function fileInFront(): vscode.Uri | undefined {
  const shown = [
    ...[editorInFront()].flatMap(editor => editor?.document.uri ?? []),
    ...textUris(vscode.window.tabGroups.activeTabGroup.activeTab?.input),
  ];
  return shown.find(isWorkspaceFile) ?? shown[0];
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
  return vscode.window.tabGroups.all.flatMap(group => group.tabs).flatMap(tab => inputUris(tab.input));
}

/** The resources that a tab shows: a comparison shows two, the changed one first. */
function inputUris(input: unknown): vscode.Uri[] {
  if (input instanceof vscode.TabInputNotebookDiff) {
    return [input.modified, input.original];
  }
  return input instanceof vscode.TabInputNotebook || input instanceof vscode.TabInputCustom ? [input.uri] : textUris(input);
}

/** The same of a tab that shows text. */
function textUris(input: unknown): vscode.Uri[] {
  if (input instanceof vscode.TabInputTextDiff) {
    return [input.modified, input.original];
  }
  return input instanceof vscode.TabInputText ? [input.uri] : [];
}
