import { host, loadDraft, saveDraft } from './host';
import { loadTranslations } from './strings';
import type { Actions } from './view/actions';
import { ChatPage } from './view/chatPage';

/** Sends a request whose outcome arrives with the next snapshot; a failure shows in the webview's developer tools. */
function request(call: Promise<unknown>): void {
  call.catch(reportError);
}

const actions: Actions = {
  ask: async question => (await host.call('ask', { question })).accepted,
  edit: (id, question) => request(host.call('edit', { id, question })),
  retry: id => request(host.call('retry', { id })),
  undo: () => request(host.call('undo', undefined)),
  dismissUndo: () => request(host.call('dismissUndo', undefined)),
  stop: () => request(host.call('stop', undefined)),
  context: id => host.call('context', { id }),
  reveal: (path, line, lastLine) => request(host.call('reveal', { path, line, ...(lastLine === undefined ? {} : { lastLine }) })),
  codeBlock: (id, index, action) => request(host.call('codeBlock', { id, index, action })),
  showHistory: () => request(host.call('showHistory', undefined)),
  showTurns: which => request(host.call('showTurns', { which })),
  attach: attachment => request(host.call('attach', { attachment })),
  detach: attachment => request(host.call('detach', { attachment })),
  attachPaths: async (paths, from) => (await host.call('attachPaths', { paths: [...paths], from })).message,
  complete: (kind, query, signal) => host.call('complete', { kind, query }, { signal }),
  preview: (question, start, signal) => host.call('preview', { question, start }, { signal }),
  chooseModel: () => request(host.call('chooseModel', undefined)),
  compressWorkspace: () => request(host.call('compressWorkspace', undefined)),
  openFolder: () => request(host.call('openFolder', undefined)),
  showLog: () => request(host.call('showLog', undefined)),
};

loadTranslations();
const page = new ChatPage(actions, { draft: loadDraft(), onDraft: saveDraft });
document.getElementById('chat')?.replaceWith(page.element);
request(host.call('watch', undefined, { onProgress: state => page.update(state) }));
request(host.call('watchAttachments', undefined, { onProgress: state => page.updateAttachments(state) }));
