import * as vscode from 'vscode';
import { configurationSection, type Settings } from '../../../common/ids';
import { readSetting } from '../../settings/settings';
import { withoutPath, withPath } from './excludePattern';

const key = 'compression.exclude' satisfies keyof Settings;

/** What a change of the setting was, to be taken back. */
export interface ExcludeChange {
  readonly folder: vscode.WorkspaceFolder;
  readonly before: readonly string[] | undefined;
}

/**
 * Excludes a file or folder in the settings of the folder that holds it, or includes it again. Undefined when there is nothing to change: it is
 * in no folder of the workspace, or another pattern excludes it.
 */
export async function setExcluded(path: string, excluded: boolean): Promise<ExcludeChange | undefined> {
  const uri = vscode.Uri.file(path);
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder === undefined) {
    return undefined;
  }
  const relative = uri.path.slice(folder.uri.path.length + 1);
  const now = readSetting(key, folder);
  const next = excluded ? withPath(now, relative) : withoutPath(now, relative);
  if (next === undefined) {
    return undefined;
  }
  const inspected = configurationOf(folder).inspect<readonly string[]>(key);
  // In a window with one folder, the workspace's settings are the folder's.
  const inherited = (vscode.workspace.workspaceFile === undefined ? undefined : inspected?.workspaceValue) ?? inspected?.globalValue ?? inspected?.defaultValue ?? [];
  await write(folder, same(next, inherited) ? undefined : next);
  return { folder, before: inspected?.workspaceFolderValue };
}

/** Takes a change back. */
export function undo({ folder, before }: ExcludeChange): Thenable<void> {
  return write(folder, before);
}

function write(folder: vscode.WorkspaceFolder, value: readonly string[] | undefined): Thenable<void> {
  return configurationOf(folder).update(key, value, vscode.ConfigurationTarget.WorkspaceFolder);
}

function configurationOf(folder: vscode.WorkspaceFolder): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration(configurationSection, folder);
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((pattern, index) => pattern === b[index]);
}
