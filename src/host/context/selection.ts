import * as vscode from 'vscode';
import type { Attachment } from '../../common/attachments';
import { isWorkspaceFile } from '../memory/workspaceRoots';
import { attachmentOf } from './attachmentOf';

/** The lines that are selected in the active editor; undefined when nothing is, or not in a file of the workspace. */
export function selectedLines(editor: vscode.TextEditor | undefined = vscode.window.activeTextEditor): Attachment | undefined {
  if (editor === undefined || editor.selection.isEmpty || !isWorkspaceFile(editor.document.uri)) {
    return undefined;
  }
  const { start, end } = editor.selection;
  // A selection of whole lines ends at the beginning of the next one.
  const lastLine = end.character === 0 ? end.line : end.line + 1;
  return attachmentOf(editor.document.uri, { kind: 'selection', lines: { firstLine: start.line + 1, lastLine: Math.max(start.line + 1, lastLine) } });
}
