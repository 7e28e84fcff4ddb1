import * as vscode from 'vscode';
import type { WorkspaceRoot } from '../../common/workspace';
import { displayPathOf, rootOf } from '../../scan/roots';
import { readSetting } from '../settings/settings';
import { activePatterns } from './excludePatterns';
import { distinctNames } from './rootNames';

/** A folder of the workspace on disk, and the name by which it can be told from the others. */
interface Root {
  readonly folder: vscode.WorkspaceFolder;
  readonly path: string;
  readonly name: string;
}

/** The folders that the engine may read: those on disk, each with the excludes that hold for it. */
export function workspaceRoots(): WorkspaceRoot[] {
  return rootFolders().map(({ folder, path, name }) => ({
    path,
    name,
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

/** What a file or folder (absolute path) is called everywhere: as plans and answers call it, also where folders share a name. */
export function shownPath(file: string): string {
  const roots = rootFolders();
  const root = rootOf(file, roots);
  return root === undefined ? file : displayPathOf(file, root, roots);
}

function rootFolders(): Root[] {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(folder => folder.uri.scheme === 'file');
  const names = distinctNames(folders.map(folder => ({ name: folder.name, path: folder.uri.path })));
  return folders.map((folder, index) => ({ folder, path: folder.uri.fsPath, name: names[index] ?? folder.name }));
}
