import path from 'node:path';
import * as vscode from 'vscode';
import type { Attachment } from '../../common/attachments';
import { isWorkspaceFile } from '../memory/workspaceRoots';
import { attachmentOf } from './attachmentOf';
import { maxAttachments, type Attachments } from './attachments';
import { findFilesIn } from './fileIndex';

/** What became of something that should be attached. */
interface Resolved {
  readonly attachments: readonly Attachment[];
  /** Names of what is not a file of the workspace. */
  readonly refused: readonly string[];
}

/** Attaches files and the files in folders. Returns, in the user's language, what was not attached; undefined when all was. */
export async function attachUris(attachments: Attachments, uris: readonly vscode.Uri[]): Promise<string | undefined> {
  const resolved = await Promise.all(uris.map(resolve));
  const left = attachments.add(...resolved.flatMap(({ attachments: found }) => found));
  const refused = resolved.flatMap(({ refused: names }) => names);
  const problems = refused.length === 0 ? [] : [vscode.l10n.t("Not attached, because only files in the open folders are read: {0}.", refused.join(', '))];
  return [...problems, ...(left > 0 ? [vscode.l10n.t("A question can have {0} attachments; the rest was left out.", maxAttachments)] : [])].join(' ') || undefined;
}

/** A URI or a path, absolute or from a folder of the workspace, as it comes with a drop or a paste; undefined for other text. */
export async function uriOfText(text: string): Promise<vscode.Uri | undefined> {
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(text)) {
    const uri = vscode.Uri.parse(text);
    // Where VS Code runs on another machine, the page names files by that machine; here they are plain files.
    return uri.scheme === 'vscode-remote' ? vscode.Uri.file(uri.path) : uri;
  }
  if (path.isAbsolute(text)) {
    return vscode.Uri.file(text);
  }
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    const uri = vscode.Uri.joinPath(folder.uri, text.replaceAll('\\', '/'));
    if ((await typeOf(uri)) !== undefined) {
      return uri;
    }
  }
  return undefined;
}

async function resolve(uri: vscode.Uri): Promise<Resolved> {
  const type = isWorkspaceFile(uri) ? await typeOf(uri) : undefined;
  if (type === undefined) {
    return { attachments: [], refused: [path.basename(uri.path)] };
  }
  // One more than can be attached, so that the user hears of the rest.
  const files = (type & vscode.FileType.Directory) === 0 ? [uri] : (await findFilesIn(uri.fsPath, maxAttachments + 1)).map(file => vscode.Uri.file(file.path));
  return { attachments: files.map(file => attachmentOf(file, { kind: 'file' })).sort((a, b) => (a.path < b.path ? -1 : 1)), refused: [] };
}

async function typeOf(uri: vscode.Uri): Promise<vscode.FileType | undefined> {
  try {
    return (await vscode.workspace.fs.stat(uri)).type;
  } catch {
    return undefined;
  }
}
