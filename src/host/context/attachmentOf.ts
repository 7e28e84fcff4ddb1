import path from 'node:path';
import type * as vscode from 'vscode';
import type { Attachment } from '../../common/attachments';
import { shownPath } from '../memory/workspaceRoots';

/** An attachment of a file or of some of its lines. It is called by the file's name unless it has a name of its own. */
export function attachmentOf(uri: vscode.Uri, parts: Pick<Attachment, 'kind' | 'lines'> & { readonly label?: string }): Attachment {
  return { label: path.basename(uri.fsPath), path: uri.fsPath, displayPath: shownPath(uri.fsPath), ...parts };
}
