import { randomBytes } from 'node:crypto';
import type { BrowserContext, Page } from 'playwright-core';
import type { ContextReport } from '../../../src/common/context';
import { chatProtocol, type ChatProtocol, type ChatState } from '../../../src/common/chatProtocol';
import { Emitter } from '../../../src/common/event';
import { serveRpc, type Handlers } from '../../../src/common/rpc/server';
import { context } from './states';
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

/** The part of the style that VS Code puts into a webview which shows in this page. */
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

interface PageOptions {
  readonly theme?: ThemeName;
  readonly l10n?: Record<string, string>;
  /** What was read for every answer. */
  readonly context?: ContextReport;
}

/** What the page asked for, in order. */
export interface Request {
  readonly method: string;
  readonly params: unknown;
}

/** The extension host's side of a chat page that runs in a browser: it shows states to the page and records what the page asks for. */
export class FakeHost {
  readonly requests: Request[] = [];
  readonly problems: string[] = [];
  #progress: ((state: ChatState) => void) | undefined;

  private constructor(
    readonly page: Page,
    private state: ChatState,
    private readonly report: ContextReport,
  ) {}

  static async open(browser: BrowserContext, files: ReadonlyMap<string, Buffer>, state: ChatState, options: PageOptions = {}): Promise<FakeHost> {
    const page = await browser.newPage();
    const host = new FakeHost(page, state, options.context ?? context);
    page.on('console', message => ['error', 'warning'].includes(message.type()) && host.problems.push(message.text()));
    page.on('pageerror', error => host.problems.push(error.message));
    await page.route('**/*', route => {
      const name = new URL(route.request().url()).pathname.slice(1);
      const body = name === '' ? html(options.theme ?? 'dark', options.l10n ?? {}) : name === 'vscode.css' ? vsCodeStyle : files.get(name);
      return body === undefined ? route.abort() : route.fulfill({ body, contentType: contentType(name) });
    });
    await host.#connect();
    await page.goto(`${origin}/`);
    await page.getByTestId('chat-page').waitFor();
    await page.waitForFunction("document.querySelector('vscode-textarea').shadowRoot !== null");
    // The field takes no keys before the first snapshot is there.
    await page.locator('.first-step[data-rendered]').waitFor({ state: 'attached' });
    return host;
  }

  show(state: ChatState): void {
    this.state = state;
    this.#progress?.(state);
  }

  async #connect(): Promise<void> {
    const messages = new Emitter<unknown>();
    // A webview's messages are JSON underneath.
    await this.page.exposeFunction('toHost', (json: string) => messages.fire(JSON.parse(json)));
    await this.page.addInitScript({ content: vsCodeApi });
    const send = (message: unknown): void => void this.page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`).catch(() => undefined);
    serveRpc(chatProtocol, { send, onMessage: messages.event, onClose: () => ({ dispose: () => undefined }) }, this.#handlers(), line => this.problems.push(line));
  }

  #handlers(): Handlers<ChatProtocol> {
    const record = (method: string) => (params: unknown) => void this.requests.push({ method, params });
    return {
      watch: (_, { progress, signal }) =>
        new Promise(resolve => {
          this.#progress = progress;
          progress(this.state);
          signal.addEventListener('abort', () => resolve(undefined));
        }),
      ask: record('ask'),
      retry: record('retry'),
      stop: record('stop'),
      clear: record('clear'),
      context: () => this.report,
      reveal: record('reveal'),
      compressWorkspace: record('compressWorkspace'),
      openFolder: record('openFolder'),
      showLog: record('showLog'),
      copy: record('copy'),
    };
  }
}

/** The page as the extension writes it, with the same content security policy. */
function html(theme: ThemeName, l10n: Record<string, string>): string {
  const nonce = randomBytes(16).toString('hex');
  const policy = `default-src 'none'; style-src ${origin}; font-src ${origin}; script-src 'nonce-${nonce}'`;
  const bundle = JSON.stringify(l10n).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<!DOCTYPE html><html lang="en"><head><meta charset="UTF-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="vscode.css"><link rel="stylesheet" id="vscode-codicon-stylesheet" href="codicon.css"><link rel="stylesheet" href="chat.css"><title>Shorthand Chat</title></head>
<body data-l10n="${bundle}"><div id="chat"></div>
<script nonce="${nonce}">document.documentElement.style.cssText = ${JSON.stringify(themeStyle(theme))};</script>
<script nonce="${nonce}" src="chat.js"></script></body></html>`;
}

function contentType(name: string): string {
  const types: Record<string, string> = { js: 'text/javascript', css: 'text/css', ttf: 'font/ttf' };
  return types[name.split('.').pop() ?? ''] ?? 'text/html';
}
