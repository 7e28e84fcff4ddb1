import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import type { WindowMemory } from '../../common/workspace';
import { layOut, type PlacedWindow } from './layOut';

/** What has come so far of a file's reconstruction, and what became of the run. */
export interface Reconstruction {
  readonly state: 'running' | 'complete' | 'stopped' | 'failed';
  readonly windows: readonly WindowMemory[];
  readonly windowsTotal: number;
  /** The file or its ratio has changed since. */
  readonly outdated: boolean;
}

interface Entry {
  readonly reconstruction: Reconstruction;
  readonly text: string;
  readonly placed: readonly PlacedWindow[];
}

/** Keeps the reconstructions that are shown, by the URI of their virtual document, and gives VS Code their text. */
export class Reconstructions implements vscode.TextDocumentContentProvider, Disposable {
  readonly #entries = new Map<string, Entry>();
  readonly #textChanges = new vscode.EventEmitter<vscode.Uri>();
  readonly #changes = new vscode.EventEmitter<vscode.Uri>();

  /** VS Code reads a text again after this. */
  readonly onDidChange = this.#textChanges.event;
  /** Anything about a reconstruction has changed. */
  readonly onDidUpdate = this.#changes.event;

  get uris(): readonly vscode.Uri[] {
    return [...this.#entries.keys()].map(key => vscode.Uri.parse(key, true));
  }

  get(uri: vscode.Uri): Reconstruction | undefined {
    return this.#entries.get(uri.toString())?.reconstruction;
  }

  /** Where the windows stand in the virtual document. */
  placed(uri: vscode.Uri): readonly PlacedWindow[] {
    return this.#entries.get(uri.toString())?.placed ?? [];
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#entries.get(uri.toString())?.text ?? '';
  }

  set(uri: vscode.Uri, reconstruction: Reconstruction): void {
    const before = this.#entries.get(uri.toString())?.text ?? '';
    const { text, placed } = layOut(reconstruction.windows);
    this.#entries.set(uri.toString(), { reconstruction, text, placed });
    if (text !== before) {
      this.#textChanges.fire(uri);
    }
    this.#changes.fire(uri);
  }

  /** Changes some fields of a reconstruction that is there. */
  update(uri: vscode.Uri, change: Partial<Reconstruction>): void {
    const reconstruction = this.get(uri);
    if (reconstruction !== undefined) {
      this.set(uri, { ...reconstruction, ...change });
    }
  }

  delete(uri: vscode.Uri): void {
    this.#entries.delete(uri.toString());
  }

  dispose(): void {
    this.#textChanges.dispose();
    this.#changes.dispose();
  }
}
