import { toDisposable } from '../src/common/disposable';
import type { Port } from '../src/common/rpc/wire';

/** What VS Code gives a webview. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

// May be called once only, so it stays private to this module.
const api = acquireVsCodeApi();

/** The message channel to the extension host. */
export const hostPort: Port = {
  send: message => api.postMessage(message),
  onMessage: listener => {
    const receive = (event: MessageEvent<unknown>): void => listener(event.data);
    window.addEventListener('message', receive);
    return toDisposable(() => window.removeEventListener('message', receive));
  },
  // The host outlives the page.
  onClose: () => toDisposable(() => undefined),
};

/** What the page saved before it was hidden, in whatever version of the extension. */
export function loadState(): unknown {
  return api.getState();
}

/** Keeps a value until the page is shown again. */
export function saveState(state: unknown): void {
  api.setState(state);
}
