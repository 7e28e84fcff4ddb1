import * as v from 'valibot';
import { chatProtocol, type ChatProtocol } from '../src/common/chatProtocol';
import { RpcClient } from '../src/common/rpc/client';
import type { Draft } from './view/composer';
import { hostPort, loadState, saveState } from './vscodeApi';

const pageStateSchema = v.object({ draft: v.object({ text: v.string(), caret: v.number() }) });

/** The connection to the extension host. */
export const host: RpcClient<ChatProtocol> = new RpcClient(chatProtocol, hostPort);

/** The question that was being typed when the page was hidden. The conversation itself is the host's. */
export function loadDraft(): Draft {
  const state = v.safeParse(pageStateSchema, loadState());
  return state.success ? state.output.draft : { text: '', caret: 0 };
}

export function saveDraft(draft: Draft): void {
  saveState({ draft });
}
