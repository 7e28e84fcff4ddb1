import { randomBytes } from 'node:crypto';
import type { BrowserContext, Page } from 'playwright-core';
import { Emitter } from '../../../src/common/event';
import type { Port } from '../../../src/common/rpc/wire';
import { themeStyle, type ThemeName } from './themes';

const origin = 'https://page.test';

/** What VS Code defines in a webview; the saved state outlives the page, as it does there. */
const vsCodeApi = `
  window.acquireVsCodeApi = () => ({
    postMessage: message => window.toHost(JSON.stringify(message)),
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
    setState: state => sessionStorage.setItem('state', JSON.stringify(state)),
  });
`;

/** The part of the style that VS Code puts into a webview which shows in these pages. */
const vsCodeStyle = `
  @layer vscode-default {
    code {
      color: var(--vscode-textPreformat-foreground);
      background-color: var(--vscode-textPreformat-background);
      padding: 1px 3px;
      border-radius: 4px;
    }
  }
`;

export interface TestPageOptions {
  readonly theme?: ThemeName;
  readonly l10n?: Record<string, string>;
}

/** A page of the extension in a browser, with the channel to it and all that it complained about. */
export interface TestPage {
  readonly page: Page;
  readonly port: Port;
  readonly problems: string[];
  /** Loads the page; the host's side must listen on the port by then. */
  readonly load: () => Promise<void>;
}

export async function openTestPage(browser: BrowserContext, files: ReadonlyMap<string, Buffer>, name: 'chat' | 'map', options: TestPageOptions = {}): Promise<TestPage> {
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('console', message => ['error', 'warning'].includes(message.type()) && problems.push(message.text()));
  page.on('pageerror', error => problems.push(error.message));
  await page.route('**/*', route => {
    const file = new URL(route.request().url()).pathname.slice(1);
    const body = file === '' ? html(name, options.theme ?? 'dark', options.l10n ?? {}) : file === 'vscode.css' ? vsCodeStyle : files.get(file);
    return body === undefined ? route.abort() : route.fulfill({ body, contentType: contentType(file) });
  });
  const messages = new Emitter<unknown>();
  // A webview's messages are JSON underneath.
  await page.exposeFunction('toHost', (json: string) => messages.fire(JSON.parse(json)));
  await page.addInitScript({ content: vsCodeApi });
  const send = (message: unknown): void => void page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`).catch(() => undefined);
  const port = { send, onMessage: messages.event, onClose: () => ({ dispose: () => undefined }) };
  const load = async (): Promise<void> => {
    await page.goto(`${origin}/`);
  };
  return { page, port, problems, load };
}

/** The page as the extension writes it, with the same content security policy. */
function html(name: string, theme: ThemeName, l10n: Record<string, string>): string {
  const nonce = randomBytes(16).toString('hex');
  const policy = `default-src 'none'; style-src ${origin}; font-src ${origin}; script-src 'nonce-${nonce}'`;
  const bundle = JSON.stringify(l10n).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<!DOCTYPE html><html lang="en"><head><meta charset="UTF-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="vscode.css"><link rel="stylesheet" id="vscode-codicon-stylesheet" href="codicon.css"><link rel="stylesheet" href="${name}.css"><title>Shorthand</title></head>
<body data-l10n="${bundle}"><div id="${name}"></div>
<script nonce="${nonce}">document.documentElement.style.cssText = ${JSON.stringify(themeStyle(theme))};</script>
<script nonce="${nonce}" src="${name}.js"></script></body></html>`;
}

function contentType(name: string): string {
  const types: Record<string, string> = { js: 'text/javascript', css: 'text/css', ttf: 'font/ttf' };
  return types[name.split('.').pop() ?? ''] ?? 'text/html';
}
