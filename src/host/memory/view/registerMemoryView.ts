import * as vscode from 'vscode';
import { commandIds, viewIds } from '../../../common/ids';
import { debounce } from '../../debounce';
import type { MemoryList } from '../../../common/workspace';
import { showError } from '../../showError';
import type { Services } from '../../services';
import { onDidChangeSettings } from '../../settings/settings';
import { offerFolder } from '../actions/offerFolder';
import { fileCommand } from '../actions/fileCommand';
import { isWorkspaceFile, workspaceRoots } from '../workspaceRoots';
import { MemoryView } from './memoryView';

const quietMs = 400;
const longestMs = 2000;

/** The memory view, what keeps it up to date, and the commands that lead to it and from it. */
export function registerMemoryView(services: Services): vscode.Disposable {
  const { files, rules, forgotten, log } = services;
  const view = new MemoryView(services);
  // Each reading looks at every file, and changes come in bursts.
  const changed = debounce(quietMs, longestMs, () => view.outdate());
  const watcher = vscode.workspace.createFileSystemWatcher('**/*');
  const any = { title: vscode.l10n.t("Reveal in the memory view"), fits: () => true };
  return vscode.Disposable.from(
    view,
    changed,
    watcher,
    ...[watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete].map(event => event(changed.request)),
    rules.onDidChange(changed.request),
    vscode.workspace.onDidChangeTextDocument(({ document }) => isWorkspaceFile(document.uri) && changed.request()),
    vscode.workspace.onDidSaveTextDocument(({ uri }) => isWorkspaceFile(uri) && changed.request()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => {
      files.reset();
      changed.request();
    }),
    vscode.workspace.onDidRenameFiles(async ({ files: renamed }) => {
      for (const { oldUri, newUri } of renamed) {
        await rules.move(oldUri.fsPath, newUri.fsPath);
        await forgotten.move(oldUri.fsPath, newUri.fsPath);
      }
    }),
    onDidChangeSettings(['compression.exclude', 'compression.ratio', 'memory.budgetMB', 'models.active', 'models.folder'], changed.request),
    vscode.commands.registerCommand(commandIds.showMemory, () => vscode.commands.executeCommand(`${viewIds.memory}.focus`)),
    vscode.commands.registerCommand(commandIds.refreshMemory, () => refresh(services)),
    fileCommand(services, commandIds.showInMemory, any, async ([target]) => {
      if (target !== undefined && !(await view.reveal(target))) {
        void vscode.window.showInformationMessage(vscode.l10n.t("The memory does not know this file: an ignore rule or a setting hides it."));
      }
    }),
    fileCommand({ files, log }, commandIds.revealInExplorer, { ...any, title: vscode.l10n.t("Reveal in Explorer") }, ([target]) =>
      Promise.resolve(target === undefined ? undefined : vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(target))),
    ),
  );
}

/** Reads the list anew; other extensions and tests that run the command get it. */
async function refresh({ files, log }: Pick<Services, 'files' | 'log'>): Promise<MemoryList | undefined> {
  if (workspaceRoots().length === 0) {
    void offerFolder();
    return undefined;
  }
  try {
    return await files.refresh();
  } catch (error) {
    showError(error, log);
    return undefined;
  }
}
