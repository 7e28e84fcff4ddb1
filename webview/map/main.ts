import { mapProtocol } from '../../src/common/mapProtocol';
import { RpcClient } from '../../src/common/rpc/client';
import { loadTranslations } from '../strings';
import { hostPort, loadState, saveState } from '../vscodeApi';
import type { MapActions } from './actions';
import { MapPage } from './mapPage';
import { parseViewState } from './viewState';

const host = new RpcClient(mapProtocol, hostPort);

/** Sends a request whose outcome arrives with the next snapshot; a failure shows in the webview's developer tools. */
function request(call: Promise<unknown>): void {
  call.catch(reportError);
}

const actions: MapActions = {
  open: path => request(host.call('open', { path })),
  reconstruct: path => request(host.call('reconstruct', { path })),
  refresh: () => request(host.call('refresh', undefined)),
  compressWorkspace: () => request(host.call('compressWorkspace', undefined)),
  measure: () => request(host.call('measure', undefined)),
  openFolder: () => request(host.call('openFolder', undefined)),
  showLog: () => request(host.call('showLog', undefined)),
};

loadTranslations();
const page = new MapPage(actions, parseViewState(loadState()), saveState);
document.getElementById('map')?.replaceWith(page.element);
request(host.call('watch', undefined, { onProgress: state => page.update(state) }));
