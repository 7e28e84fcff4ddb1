import * as vscode from 'vscode';

/** Why there is nothing to answer from: no folder is open, or only virtual ones, whose files are not on disk. */
export function noFolderText(): string {
  return (vscode.workspace.workspaceFolders ?? []).length > 0
    ? vscode.l10n.t("Shorthand reads files on disk only, and the folder that is open is a virtual one. Open a folder on disk, or clone the repository.")
    : vscode.l10n.t("Shorthand answers from the files of a folder, and none is open.");
}
