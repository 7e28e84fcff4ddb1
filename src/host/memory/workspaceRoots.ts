import * as vscode from 'vscode';
import type { WorkspaceRoot } from '../../common/workspace';
import { readSetting } from '../settings/settings';
import { activePatterns } from './excludePatterns';
import { distinctNames } from './rootNames';

/** The folders that the engine may read: those on disk, each with the excludes that hold for it. */
export function workspaceRoots(): WorkspaceRoot[] {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(folder => folder.uri.scheme === 'file');
  const names = distinctNames(folders.map(folder => ({ name: folder.name, path: folder.uri.path })));
  return folders.map((folder, index) => ({
    path: folder.uri.fsPath,
    name: names[index] ?? folder.name,
    excludes: activePatterns(
      vscode.workspace.getConfiguration('files', folder).get('exclude'),
      vscode.workspace.getConfiguration('search', folder).get('exclude'),
    ),
    excluded: [...readSetting('compression.exclude', folder)],
  }));
}

/** True for a file on disk inside a folder of the workspace: the only files that Shorthand reads. */
export function isWorkspaceFile(uri: vscode.Uri): boolean {
  return uri.scheme === 'file' && vscode.workspace.getWorkspaceFolder(uri) !== undefined;
}
