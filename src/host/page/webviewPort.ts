import type * as vscode from 'vscode';
import type { Port } from '../../common/rpc/wire';

/**
 * The message channel to the page in a view or a panel. VS Code keeps messages to a hidden page until it is shown again, where they would
 * arrive all at once; they are dropped instead, since the page asks for a snapshot when it is loaded.
 */
export function webviewPort(view: vscode.WebviewView | vscode.WebviewPanel): Port {
  return {
    send: message => {
      if (view.visible) {
        void view.webview.postMessage(message);
      }
    },
    onMessage: listener => view.webview.onDidReceiveMessage(listener),
    onClose: listener => view.onDidDispose(() => listener('The page was closed.')),
  };
}
