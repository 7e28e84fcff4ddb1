import * as vscode from 'vscode';
import type { Attachment } from '../../common/attachments';
import { attachmentOf } from '../context/attachmentOf';
import { linesOf } from '../context/selection';
import { isWorkspaceFile } from '../memory/workspaceRoots';

/** What the user attached to a question, and the names of what Shorthand can't read. */
export interface ReadReferences {
  readonly attachments: readonly Attachment[];
  readonly unread: readonly string[];
}

/** Files and lines that a prompt refers to. VS Code lists references from the last to the first. */
export function readReferences(references: readonly vscode.ChatPromptReference[]): ReadReferences {
  const places = references.toReversed().flatMap(({ id, value }) => {
    const place = placeOf(value);
    return place === undefined ? [] : [{ ...place, id }];
  });
  return {
    attachments: places.flatMap(({ uri, range, id }) => (isWorkspaceFile(uri) ? [toAttachment(uri, range, id)] : [])),
    unread: places.flatMap(({ uri }) => (isWorkspaceFile(uri) ? [] : [vscode.workspace.asRelativePath(uri)])),
  };
}

function placeOf(value: unknown): { readonly uri: vscode.Uri; readonly range?: vscode.Range } | undefined {
  if (value instanceof vscode.Uri) {
    return { uri: value };
  }
  return value instanceof vscode.Location ? { uri: value.uri, range: value.range } : undefined;
}

/** VS Code marks selections by the id of the reference; other lines are those of a symbol. */
function toAttachment(uri: vscode.Uri, range: vscode.Range | undefined, id: string): Attachment {
  return range === undefined ? attachmentOf(uri, { kind: 'file' }) : attachmentOf(uri, { kind: /selection/.test(id) ? 'selection' : 'symbol', lines: linesOf(range) });
}
