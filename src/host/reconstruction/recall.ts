import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../common/disposable';
import { isCancellation } from '../../common/errors';
import { fileRules } from '../../common/fileRules';
import type { WindowMemory } from '../../common/workspace';
import { signalOf } from '../cancellation';
import { formatCount } from '../format';
import { toOpenFile } from '../memory/openFiles';
import type { Services } from '../services';
import { onDidChangeSettings } from '../settings/settings';
import { showError } from '../showError';
import type { Reconstruction, Reconstructions } from './reconstructions';
import { fileOf, reconstructionScheme, reconstructionUri } from './reconstructionUri';

interface Snapshot {
  readonly windows: readonly WindowMemory[];
  readonly windowsTotal: number;
}

/** Has the engine reconstruct files, keeps what comes, and notices when it no longer fits the file. */
export class Recall implements Disposable {
  readonly #disposables = new DisposableStore();
  readonly #running = new Map<string, AbortController>();
  /** The ratio at which a file was reconstructed. */
  readonly #ratios = new Map<string, number>();

  constructor(
    private readonly services: Pick<Services, 'engine' | 'readWorkspace' | 'rules' | 'log'>,
    private readonly reconstructions: Reconstructions,
  ) {
    this.#disposables.add(vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => document.uri.scheme === 'file' && contentChanges.length > 0 && this.#outdate(reconstructionUri(document.uri))));
    this.#disposables.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => uri.scheme === reconstructionScheme && this.#forget(uri)));
    this.#disposables.add(services.rules.onDidChange(() => this.#checkRatios()));
    this.#disposables.add(onDidChangeSettings(['compression.ratio'], () => this.#checkRatios()));
  }

  /** Reconstructs a file anew, with a notification that can cancel it. What had come by then stays. */
  async run(file: vscode.Uri): Promise<void> {
    const uri = reconstructionUri(file);
    this.#running.get(uri.toString())?.abort();
    const abort = new AbortController();
    this.#running.set(uri.toString(), abort);
    const title = vscode.l10n.t("Asking the model what it remembers of {0}", vscode.workspace.asRelativePath(file));
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, async (progress, token) => {
      const cancellation = signalOf(token);
      cancellation.signal.addEventListener('abort', () => abort.abort());
      let shown = 0;
      try {
        await this.#reconstruct(uri, abort, ({ windows, windowsTotal }) => {
          const percent = windowsTotal === 0 ? 0 : (100 * windows.length) / windowsTotal;
          progress.report({ message: vscode.l10n.t("{0} of {1} windows", formatCount(windows.length), formatCount(windowsTotal)), increment: percent - shown });
          shown = percent;
        });
      } finally {
        cancellation.dispose();
      }
    });
  }

  dispose(): void {
    this.#running.forEach(abort => abort.abort());
    this.#disposables.dispose();
  }

  async #reconstruct(uri: vscode.Uri, abort: AbortController, report: (snapshot: Snapshot) => void): Promise<void> {
    const workspace = this.services.readWorkspace();
    const file = toOpenFile(fileOf(uri));
    // A newer run for the same file takes its place; nothing of the older one may show then.
    const update = (change: Partial<Reconstruction>): void => {
      if (this.#running.get(uri.toString()) === abort) {
        this.reconstructions.update(uri, change);
      }
    };
    this.#ratios.set(uri.toString(), fileRules(workspace)(file.path).ratio);
    this.reconstructions.set(uri, { state: 'running', windows: [], windowsTotal: 0, outdated: false });
    try {
      const onProgress = (snapshot: Snapshot): void => {
        update(snapshot);
        report(snapshot);
      };
      const { windows } = await this.services.engine.call('reconstruct', { workspace, file }, { signal: abort.signal, onProgress });
      update({ state: 'complete', windows, windowsTotal: windows.length });
    } catch (error) {
      update({ state: isCancellation(error) ? 'stopped' : 'failed' });
      showError(error, this.services.log);
    } finally {
      if (this.#running.get(uri.toString()) === abort) {
        this.#running.delete(uri.toString());
      }
    }
  }

  #checkRatios(): void {
    const workspace = this.services.readWorkspace();
    for (const uri of this.reconstructions.uris) {
      if (this.#ratios.get(uri.toString()) !== fileRules(workspace)(fileOf(uri).fsPath).ratio) {
        this.#outdate(uri);
      }
    }
  }

  #outdate(uri: vscode.Uri): void {
    if (this.reconstructions.get(uri)?.outdated === false) {
      this.reconstructions.update(uri, { outdated: true });
    }
  }

  #forget(uri: vscode.Uri): void {
    this.#running.get(uri.toString())?.abort();
    this.#ratios.delete(uri.toString());
    this.reconstructions.delete(uri);
  }
}
