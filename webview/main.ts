import { host, loadDraft, saveDraft } from './host';
import { loadTranslations } from './strings';
import type { Actions } from './view/actions';
import { ChatPage } from './view/chatPage';

/** Sends a request whose outcome arrives with the next snapshot; a failure shows in the webview's developer tools. */
function request(call: Promise<unknown>): void {
  call.catch(reportError);
}

const actions: Actions = {
  ask: question => request(host.call('ask', { question })),
  retry: id => request(host.call('retry', { id })),
  stop: () => request(host.call('stop', undefined)),
  context: id => host.call('context', { id }),
  reveal: (path, line) => request(host.call('reveal', { path, line })),
  copy: text => request(host.call('copy', { text })),
  compressWorkspace: () => request(host.call('compressWorkspace', undefined)),
  openFolder: () => request(host.call('openFolder', undefined)),
  showLog: () => request(host.call('showLog', undefined)),
};

loadTranslations();
const page = new ChatPage(actions, { draft: loadDraft(), onDraft: saveDraft });
document.getElementById('chat')?.replaceWith(page.element);
request(host.call('watch', undefined, { onProgress: state => page.update(state) }));
