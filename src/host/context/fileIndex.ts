import path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../common/disposable';
import { scanWorkspace } from '../../scan/scanWorkspace';
import { isIn } from '../memory/isIn';
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
    this.#files ??= findFiles(() => true, maxFiles);
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
    const files = this.#disposables.add(vscode.workspace.createFileSystemWatcher('**/*', false, true, false));
    const ignoreRules = this.#disposables.add(vscode.workspace.createFileSystemWatcher('**/.gitignore', true, false, true));
    this.#disposables.add(files.onDidCreate(forget));
    this.#disposables.add(files.onDidDelete(forget));
    this.#disposables.add(ignoreRules.onDidChange(forget));
    this.#disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(forget));
    this.#disposables.add(vscode.workspace.onDidChangeConfiguration(forget));
  }
}

/** The files in a folder of the workspace (absolute path) that the engine would read: none that git ignores or a setting excludes. */
export function findFilesIn(folder: string, limit: number): Promise<readonly KnownFile[]> {
  return findFiles(file => isIn(file, folder), limit);
}

async function findFiles(isWanted: (file: string) => boolean, limit: number): Promise<readonly KnownFile[]> {
  const found: KnownFile[] = [];
  for await (const entry of scanWorkspace(workspaceRoots())) {
    if (entry.kind === 'candidate' && isWanted(entry.path) && found.push(toKnownFile(entry)) >= limit) {
      break;
    }
  }
  return found;
}

function toKnownFile({ path: file, displayPath }: { readonly path: string; readonly displayPath: string }): KnownFile {
  return { path: file, name: path.basename(file), displayPath };
}
