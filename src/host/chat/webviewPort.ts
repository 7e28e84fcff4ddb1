import type * as vscode from 'vscode';
import type { Port } from '../../common/rpc/wire';

/** The message channel to a webview view. Messages to a hidden page are lost, which snapshots make harmless. */
export function webviewPort(view: vscode.WebviewView): Port {
  return {
    send: message => void view.webview.postMessage(message),
    onMessage: listener => view.webview.onDidReceiveMessage(listener),
    onClose: listener => view.onDidDispose(() => listener('The view was closed.')),
  };
}
