import * as vscode from 'vscode';
import { errorMessage, isCancellation } from '../../common/errors';
import type { Services } from '../services';
import { onDidChangeSettings, readSetting } from '../settings/settings';
import { BackgroundQueue } from './backgroundQueue';
import { isShownInTab, toOpenFile } from './openFiles';
import { isWorkspaceFile } from './workspaceRoots';

const quietMs = 2000;

/**
 * Keeps the slots of files that the user opens, edits and saves up to date, so that a question finds them ready. Files that were open when
 * the window started are left alone: starting VS Code must not load a model.
 */
export function registerBackgroundCompression({ engine, memory, readWorkspace, log }: Pick<Services, 'engine' | 'memory' | 'readWorkspace' | 'log'>): vscode.Disposable {
  const queue = new BackgroundQueue(quietMs, async (key, signal) => {
    const uri = vscode.Uri.parse(key);
    // A failed engine is the user's to restart; retrying behind their back could crash in a loop.
    if (engine.state.kind === 'failed' || !isShownInTab(uri)) {
      return;
    }
    try {
      const { windowsEncoded } = await memory.compressFiles({ workspace: readWorkspace(), files: [toOpenFile(uri)] }, { signal });
      log.debug(`Background: ${windowsEncoded} windows encoded for ${uri.fsPath}`);
    } catch (error) {
      if (!isCancellation(error)) {
        log.warn(`Background compression of ${uri.fsPath} failed: ${errorMessage(error)}`);
      }
    }
  });
  const push = (document: vscode.TextDocument): void => {
    if (isWorkspaceFile(document.uri) && readSetting('compression.background')) {
      queue.push(document.uri.toString());
    }
  };
  return vscode.Disposable.from(
    queue,
    vscode.workspace.onDidOpenTextDocument(push),
    vscode.workspace.onDidSaveTextDocument(push),
    vscode.workspace.onDidChangeTextDocument(event => event.contentChanges.length > 0 && push(event.document)),
    onDidChangeSettings(['compression.background'], () => readSetting('compression.background') || queue.clear()),
  );
}
