import * as vscode from 'vscode';
import { DisposableStore } from '../../common/disposable';
import { commandIds, panelIds } from '../../common/ids';
import { mapProtocol } from '../../common/mapProtocol';
import { serveRpc } from '../../common/rpc/server';
import { pageFolder, pageHtml } from '../page/pageHtml';
import { webviewPort } from '../page/webviewPort';
import type { Services } from '../services';
import { mapHandlers } from './mapHandlers';
import { MapSource } from './mapSource';

/** The memory map: a picture of the workspace in the editor area. There is one at most, and it survives a reload of the window. */
export function registerMemoryMap(services: Services): vscode.Disposable {
  const source = new MapSource(services);
  const shown = new DisposableStore();
  let panel: vscode.WebviewPanel | undefined;
  const take = (taken: vscode.WebviewPanel): void => {
    panel = taken;
    const serving = new DisposableStore();
    shown.add(serving);
    fill(taken, services, source, serving);
    taken.onDidDispose(() => {
      shown.delete(serving);
      panel = panel === taken ? undefined : panel;
    });
  };
  return vscode.Disposable.from(
    shown,
    source,
    vscode.commands.registerCommand(commandIds.showMemoryMap, () => {
      if (panel === undefined) {
        take(vscode.window.createWebviewPanel(panelIds.map, title(), vscode.ViewColumn.Active));
      } else {
        panel.reveal();
      }
    }),
    vscode.window.registerWebviewPanelSerializer(panelIds.map, {
      deserializeWebviewPanel: restored => {
        take(restored);
        return Promise.resolve();
      },
    }),
  );
}

function title(): string {
  return vscode.l10n.t("Memory Map");
}

function fill(panel: vscode.WebviewPanel, { context, log }: Pick<Services, 'context' | 'log'>, source: MapSource, serving: DisposableStore): void {
  panel.webview.options = { enableScripts: true, localResourceRoots: [pageFolder(context.extensionUri)] };
  serving.add(serveRpc(mapProtocol, webviewPort(panel), mapHandlers(source, () => panel.visible, log), line => log.warn(`[map page] ${line}`)));
  panel.webview.html = pageHtml(panel.webview, context.extensionUri, { name: 'map', title: title() });
}
