import * as vscode from 'vscode';
import { commandIds, contextKeys } from '../../../common/ids';
import type { EngineMethod } from '../../engine/engineConnection';
import type { Services } from '../../services';
import { onDidChangeSettings } from '../../settings/settings';
import { isWorkspaceFile } from '../workspaceRoots';

/** Calls that no user waits for. */
const unhurried: ReadonlySet<EngineMethod> = new Set<EngineMethod>(['files', 'memory', 'countTokens']);

/** Connects the background work with what happens in the window, and registers its commands. */
export function registerBackground({ background, engine, activeModel, memory, use, rules }: Pick<Services, 'background' | 'engine' | 'activeModel' | 'memory' | 'use' | 'rules'>): vscode.Disposable {
  const { work } = background;
  const touch = (document: vscode.TextDocument): void => {
    if (isWorkspaceFile(document.uri)) {
      work.fileTouched(document.uri.fsPath);
    }
  };
  // The log is a document, too, and background work writes to it.
  const active = ({ uri }: vscode.TextDocument): void => (uri.scheme === 'output' ? undefined : work.userActive());
  const pause = async (paused: boolean): Promise<void> => {
    await background.pause(paused);
    await showPaused(paused);
  };
  const watcher = vscode.workspace.createFileSystemWatcher('**/*');
  void showPaused(background.isPaused);
  void work.renew();
  return vscode.Disposable.from(
    watcher,
    ...[watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete].map(event => event(() => work.workspaceChanged())),
    vscode.workspace.onDidOpenTextDocument(touch),
    vscode.workspace.onDidSaveTextDocument(touch),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0) {
        active(document);
        touch(document);
      }
    }),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => active(textEditor.document)),
    vscode.window.onDidChangeActiveTextEditor(editor => editor !== undefined && active(editor.document)),
    vscode.workspace.onDidChangeWorkspaceFolders(() => work.workspaceChanged()),
    engine.onWillCall(method => unhurried.has(method) || background.isCalling || work.userAsks()),
    engine.onDidChangeState(({ kind }) => {
      if ((kind === 'failed') !== (work.state.kind === 'engineFailed')) {
        void work.renew();
      }
    }),
    memory.onDidChange(({ kind }) => kind === 'known' && work.workspaceChanged()),
    rules.onDidChange(() => work.workspaceChanged()),
    use.onDidChange(() => void work.renew()),
    activeModel.onDidChange(() => activeModel.compresses === (work.state.kind === 'textAlone') && void work.renew()),
    onDidChangeSettings(['compression.background', 'compression.onBattery'], () => void work.renew()),
    onDidChangeSettings(['compression.exclude', 'compression.ratio', 'models.active', 'models.folder'], () => work.workspaceChanged()),
    vscode.commands.registerCommand(commandIds.pauseBackground, () => pause(true)),
    vscode.commands.registerCommand(commandIds.resumeBackground, () => pause(false)),
  );
}

function showPaused(paused: boolean): Thenable<unknown> {
  return vscode.commands.executeCommand('setContext', contextKeys.backgroundPaused, paused);
}
