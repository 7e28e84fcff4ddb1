import * as vscode from 'vscode';
import { chatProtocol } from '../../common/chatProtocol';
import { DisposableStore, type Disposable } from '../../common/disposable';
import { serveRpc } from '../../common/rpc/server';
import { pageFolder, pageHtml } from '../page/pageHtml';
import { webviewPort } from '../page/webviewPort';
import { chatHandlers, type ChatParts } from './chatHandlers';

/** Shows the chat page in its view. The page keeps nothing: it can be destroyed and loaded again at any time. */
export class ChatViewProvider implements vscode.WebviewViewProvider, Disposable {
  /** Belongs to the view that is shown now; VS Code replaces the view when it is moved. */
  #shown = new DisposableStore();

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly parts: ChatParts,
  ) {}

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#shown.dispose();
    const shown = new DisposableStore();
    this.#shown = shown;
    view.webview.options = { enableScripts: true, localResourceRoots: [pageFolder(this.extensionUri)] };
    shown.add(serveRpc(chatProtocol, webviewPort(view), chatHandlers(this.parts), line => this.parts.log.warn(`[chat page] ${line}`)));
    shown.add(view.onDidChangeVisibility(() => this.parts.source.refresh()));
    shown.add(view.onDidDispose(() => shown.dispose()));
    view.webview.html = pageHtml(view.webview, this.extensionUri, { name: 'chat', title: vscode.l10n.t("Shorthand Chat") });
  }

  dispose(): void {
    this.#shown.dispose();
  }
}
