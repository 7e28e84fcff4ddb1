import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** A page of the extension: its script and its style are `name`.js and `name`.css, and the script builds it in place of the element with that id. */
export interface Page {
  readonly name: 'chat' | 'map';
  readonly title: string;
}

/** The folder of the pages' own files: all that a page may load. */
export function pageFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}

/**
 * The HTML of a page. Nothing but the page's own files can load or run in it; what the user or the model writes enters later, as messages.
 */
export function pageHtml(webview: vscode.Webview, extensionUri: vscode.Uri, { name, title }: Page): string {
  const file = (fileName: string): string => escapeHtml(webview.asWebviewUri(vscode.Uri.joinPath(pageFolder(extensionUri), fileName)).toString());
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
  <link rel="stylesheet" href="${file(`${name}.css`)}">
  <title>${escapeHtml(title)}</title>
</head>
<body data-l10n="${escapeHtml(JSON.stringify(vscode.l10n.bundle ?? {}))}">
  <div id="${name}"></div>
  <script nonce="${nonce}" src="${file(`${name}.js`)}"></script>
</body>
</html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
