import type * as vscode from 'vscode';
import type { Attachment } from '../../common/attachments';
import type { LineRange } from '../../common/enclosingBlock';
import { editorInFront } from '../memory/openFiles';
import { isWorkspaceFile } from '../memory/workspaceRoots';
import { attachmentOf } from './attachmentOf';

/** The lines that are selected in the editor in front; undefined when nothing is, or not in a file of the workspace. */
export function selectedLines(editor: vscode.TextEditor | undefined = editorInFront()): Attachment | undefined {
  if (editor === undefined || editor.selection.isEmpty || !isWorkspaceFile(editor.document.uri)) {
    return undefined;
  }
  return attachmentOf(editor.document.uri, { kind: 'selection', lines: linesOf(editor.selection) });
}

/** The lines of a range, counted from 1. One of whole lines ends at the beginning of the next one. */
export function linesOf({ start, end }: vscode.Range): LineRange {
  return { firstLine: start.line + 1, lastLine: Math.max(start.line, end.character === 0 ? end.line - 1 : end.line) + 1 };
}
