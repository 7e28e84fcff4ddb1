import * as vscode from 'vscode';
import type { Attachment } from '../../common/attachments';
import { selectedLines } from '../context/selection';
import { editorInFront } from '../memory/openFiles';
import { isWorkspaceFile } from '../memory/workspaceRoots';

/** The editor in front, when it shows a file that Shorthand reads; else the user is told why not. */
export function workspaceEditor(): vscode.TextEditor | undefined {
  const editor = editorInFront();
  if (editor === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t("Open a file of the workspace first."));
    return undefined;
  }
  if (isWorkspaceFile(editor.document.uri)) {
    return editor;
  }
  const name = vscode.workspace.asRelativePath(editor.document.uri);
  void vscode.window.showInformationMessage(
    (vscode.workspace.workspaceFolders ?? []).length === 0
      ? vscode.l10n.t("Shorthand reads the files of a folder on disk, and none is open.")
      : vscode.l10n.t("Shorthand reads the files of the workspace's folders, and {0} is in none of them.", name),
  );
  return undefined;
}

/** The lines that are selected in a workspace editor; the user is told when nothing is. */
export function workspaceSelection(): Attachment | undefined {
  const editor = workspaceEditor();
  if (editor === undefined) {
    return undefined;
  }
  const selection = selectedLines(editor);
  if (selection === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t("Select some code first."));
  }
  return selection;
}
