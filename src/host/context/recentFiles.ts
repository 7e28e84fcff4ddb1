import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../common/disposable';
import { openFiles } from '../memory/openFiles';
import { isWorkspaceFile } from '../memory/workspaceRoots';

const maxRecent = 50;

/** The files that the user looked at since the window was opened, newest first. */
export class RecentFiles implements Disposable {
  readonly #disposables = new DisposableStore();
  #paths: readonly string[] = [];

  constructor() {
    this.#disposables.add(vscode.window.onDidChangeActiveTextEditor(editor => this.#see(editor)));
    this.#see(vscode.window.activeTextEditor);
  }

  /** Open files first, by how near they are to the user, then those that were closed. */
  get preferred(): readonly string[] {
    return [...new Set([...openFiles().map(file => file.path), ...this.#paths])];
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #see(editor: vscode.TextEditor | undefined): void {
    if (editor !== undefined && isWorkspaceFile(editor.document.uri)) {
      const seen = editor.document.uri.fsPath;
      this.#paths = [seen, ...this.#paths.filter(path => path !== seen)].slice(0, maxRecent);
    }
  }
}
