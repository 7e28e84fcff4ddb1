import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** The folder of the page's own files: all that the page may load. */
export function pageFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}

/**
 * The HTML of the chat page. Nothing but the page's own files can load or run in it; what the user or the model writes enters later, as
 * messages.
 */
export function chatPageHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const file = (name: string): string => escapeHtml(webview.asWebviewUri(vscode.Uri.joinPath(pageFolder(extensionUri), name)).toString());
  const nonce = randomBytes(24).toString('base64url');
  const policy = [
    `default-src 'none'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(vscode.env.language)}">
<head>
  <meta charset="UTF-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
  <link rel="stylesheet" id="vscode-codicon-stylesheet" href="${file('codicon.css')}">
  <link rel="stylesheet" href="${file('chat.css')}">
  <title>${escapeHtml(vscode.l10n.t("Shorthand Chat"))}</title>
</head>
<body data-l10n="${escapeHtml(JSON.stringify(vscode.l10n.bundle ?? {}))}">
  <div id="chat"></div>
  <script nonce="${nonce}" src="${file('chat.js')}"></script>
</body>
</html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
