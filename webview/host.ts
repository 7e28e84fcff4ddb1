import * as v from 'valibot';
import { chatProtocol, type ChatProtocol } from '../src/common/chatProtocol';
import { toDisposable } from '../src/common/disposable';
import { RpcClient } from '../src/common/rpc/client';
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

const pageStateSchema = v.object({ draft: v.string() });

const port: Port = {
  send: message => api.postMessage(message),
  onMessage: listener => {
    const receive = (event: MessageEvent<unknown>): void => listener(event.data);
    window.addEventListener('message', receive);
    return toDisposable(() => window.removeEventListener('message', receive));
  },
  // The host outlives the page.
  onClose: () => toDisposable(() => undefined),
};

/** The connection to the extension host. */
export const host: RpcClient<ChatProtocol> = new RpcClient(chatProtocol, port);

/** The question that was being typed when the page was hidden. The conversation itself is the host's. */
export function loadDraft(): string {
  const state = v.safeParse(pageStateSchema, api.getState());
  return state.success ? state.output.draft : '';
}

export function saveDraft(draft: string): void {
  api.setState({ draft });
}
