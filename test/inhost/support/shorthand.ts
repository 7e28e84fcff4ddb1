import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import * as v from 'valibot';
import { commandIds } from '../../../src/common/ids';
import { type CompressReport, compressReportSchema, type FileMemory, memoryListSchema } from '../../../src/common/workspace';

export function shorthand(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension('shorthand.shorthand');
  assert.ok(extension, 'the extension is installed');
  return extension;
}

/** Runs the command as the palette does; it resolves with its report. */
export async function compressWorkspace(): Promise<CompressReport> {
  return v.parse(compressReportSchema, await vscode.commands.executeCommand(commandIds.compressWorkspace));
}

export function workspaceFolder(): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'a folder is open');
  return folder.uri.fsPath;
}

export function inWorkspace(...parts: string[]): vscode.Uri {
  return vscode.Uri.file(path.join(workspaceFolder(), ...parts));
}

export async function openDocument(...parts: string[]): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(inWorkspace(...parts)));
}

/** What is in memory of a file of the workspace; undefined for one that is not listed. */
export async function memoryOf(...parts: string[]): Promise<FileMemory | undefined> {
  const { files } = v.parse(memoryListSchema, await vscode.commands.executeCommand(commandIds.refreshMemory));
  return files.find(file => file.path === inWorkspace(...parts).fsPath);
}
