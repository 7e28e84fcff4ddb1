import path from 'node:path';
import * as vscode from 'vscode';
import type { CodeBlock } from '../../../common/answerMarkdown';
import { fileInFront } from '../../memory/openFiles';
import { isWorkspaceFile } from '../../memory/workspaceRoots';
import { fileExtension } from './fileExtension';

/** Asks for a path in the workspace and opens the code there as a file that is not saved yet. */
export async function createFile({ language, text }: CodeBlock): Promise<void> {
  const front = fileInFront();
  const near = front !== undefined && isWorkspaceFile(front) ? front : undefined;
  const folder = (near && vscode.workspace.getWorkspaceFolder(near)) ?? vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) {
    return;
  }
  const parent = near === undefined ? '' : path.posix.dirname(path.posix.relative(folder.uri.path, near.path));
  const value = path.posix.join(parent, `new-file${fileExtension(language, near?.path)}`);
  const name = path.posix.basename(value);
  const chosen = await vscode.window.showInputBox({
    title: vscode.l10n.t("Create File"),
    prompt: vscode.l10n.t("Path in {0}. The file is opened unsaved.", folder.name),
    value,
    valueSelection: [value.length - name.length, value.length - path.posix.extname(name).length],
    validateInput: input => problemWith(folder.uri, input),
  });
  if (chosen === undefined) {
    return;
  }
  const target = vscode.Uri.joinPath(folder.uri, chosen.trim()).with({ scheme: 'untitled' });
  const document = await vscode.workspace.openTextDocument(target);
  const editor = await vscode.window.showTextDocument(document);
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  await editor.edit(edit => edit.replace(whole, `${text}\n`));
}

/** Why a file can't be created at a path; undefined when it can. */
async function problemWith(root: vscode.Uri, input: string): Promise<string | undefined> {
  const relative = input.trim();
  const inside = path.posix.normalize(relative);
  if (relative === '' || relative.endsWith('/') || path.posix.isAbsolute(relative) || relative.includes('\\') || inside.startsWith('..')) {
    return vscode.l10n.t("Name a file inside the folder.");
  }
  try {
    await vscode.workspace.fs.stat(vscode.Uri.joinPath(root, relative));
    return vscode.l10n.t("This file exists. Open it and use Apply instead.");
  } catch {
    return undefined;
  }
}
