import * as vscode from 'vscode';
import { commandIds } from '../../common/ids';
import type { MapProtocol } from '../../common/mapProtocol';
import type { Handlers } from '../../common/rpc/server';
import type { Log } from '../log';
import { isWorkspaceFile } from '../memory/workspaceRoots';
import { revealFile } from '../revealFile';
import type { MapSource } from './mapSource';

/** What the map page may ask of the host. A page that is hidden is not served: it is loaded again when it is shown. */
export function mapHandlers(source: MapSource, isShown: () => boolean, log: Log): Handlers<MapProtocol> {
  /** A page is not to be trusted with paths: only files of the workspace are opened. */
  const withFile = async (path: string, action: (uri: vscode.Uri) => Thenable<unknown>): Promise<undefined> => {
    const uri = vscode.Uri.file(path);
    if (isWorkspaceFile(uri)) {
      await action(uri);
    } else {
      log.warn('The map asked for a file outside the workspace.');
    }
    return undefined;
  };
  return {
    watch: (_, { progress, signal }) =>
      new Promise<undefined>(resolve => {
        const following = source.follow(progress, isShown);
        signal.addEventListener('abort', () => {
          following.dispose();
          resolve(undefined);
        });
      }),
    open: ({ path }) => withFile(path, revealFile),
    reconstruct: ({ path }) => withFile(path, uri => vscode.commands.executeCommand(commandIds.showReconstruction, uri)),
    refresh: () => {
      source.refresh();
      return undefined;
    },
    compressWorkspace: () => void vscode.commands.executeCommand(commandIds.compressWorkspace),
    measure: () => void source.toggleMeasuring(),
    openFolder: () => void vscode.commands.executeCommand('vscode.openFolder'),
    showLog: () => void vscode.commands.executeCommand(commandIds.showLog),
  };
}
