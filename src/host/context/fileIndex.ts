import path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../common/disposable';
import { workspaceRoots } from '../memory/workspaceRoots';
import type { KnownFile } from './rankFiles';

/** A list that is longer serves nobody: one types until it is short. */
const maxFiles = 20_000;

/** The names of the workspace's files, read when they are first asked for and again after files came, went or were excluded. */
export class FileIndex implements Disposable {
  readonly #disposables = new DisposableStore();
  #files: Promise<readonly KnownFile[]> | undefined;
  #watching = false;

  files(): Promise<readonly KnownFile[]> {
    this.#watch();
    this.#files ??= readFiles();
    return this.#files;
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  /** Not before the first use: a watcher of a whole workspace costs. */
  #watch(): void {
    if (this.#watching) {
      return;
    }
    this.#watching = true;
    const forget = (): void => {
      this.#files = undefined;
    };
    const watcher = this.#disposables.add(vscode.workspace.createFileSystemWatcher('**/*', false, true, false));
    this.#disposables.add(watcher.onDidCreate(forget));
    this.#disposables.add(watcher.onDidDelete(forget));
    this.#disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(forget));
    this.#disposables.add(vscode.workspace.onDidChangeConfiguration(forget));
  }
}

/** The files in a folder of the workspace, as far as no setting excludes them. */
export async function findFilesIn(folder: vscode.Uri, limit: number): Promise<readonly vscode.Uri[]> {
  const root = vscode.workspace.getWorkspaceFolder(folder);
  const { excludes, excluded } = workspaceRoots().find(candidate => candidate.path === root?.uri.fsPath) ?? { excludes: [], excluded: [] };
  const patterns = [...excludes, ...excluded];
  const exclude = patterns.length === 0 || root === undefined ? undefined : new vscode.RelativePattern(root, `{${patterns.join(',')}}`);
  return vscode.workspace.findFiles(new vscode.RelativePattern(folder, '**/*'), exclude, limit);
}

async function readFiles(): Promise<readonly KnownFile[]> {
  const found = await Promise.all(workspaceRoots().map(root => findFilesIn(vscode.Uri.file(root.path), maxFiles)));
  return found.flat().slice(0, maxFiles).map(toKnownFile);
}

function toKnownFile(uri: vscode.Uri): KnownFile {
  return { path: uri.fsPath, name: path.basename(uri.fsPath), displayPath: vscode.workspace.asRelativePath(uri) };
}
