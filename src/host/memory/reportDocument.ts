import * as vscode from 'vscode';

/** Shows text in a read-only editor that asks for no saving when it is closed. */
export class ReportDocument implements vscode.Disposable {
  readonly #changes = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;
  readonly #contents = new Map<string, string>();

  /** @param scheme of the documents; one provider can have it */
  constructor(private readonly scheme: string) {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: this.#changes.event,
      provideTextDocumentContent: uri => this.#contents.get(uri.path) ?? '',
    });
  }

  async show(title: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: this.scheme, path: `/${title}.txt` });
    this.#contents.set(uri.path, text);
    this.#changes.fire(uri);
    await vscode.window.showTextDocument(uri, { preview: true });
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changes.dispose();
  }
}
