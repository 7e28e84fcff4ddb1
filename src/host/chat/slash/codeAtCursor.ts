import type * as vscode from 'vscode';
import type { Attachment } from '../../../common/attachments';
import type { LineRange } from '../../../common/enclosingBlock';
import { attachmentOf } from '../../context/attachmentOf';
import { selectedLines } from '../../context/selection';
import { findSymbolCode } from '../../hover/symbolCode';
import { editorInFront } from '../../memory/openFiles';
import { isWorkspaceFile } from '../../memory/workspaceRoots';
import { hashLines, splitLines } from './findLines';

/** The code that a command works on, and what a question calls it. */
export interface NamedCode {
  readonly name: string;
  readonly code: Attachment;
  /** The hash of its lines, see `findLines`. */
  readonly hash: string;
}

const declaration = /\b(?:function\*?|class|interface|type|enum|struct|trait|const|let|var|def|fn|func|fun|val)\s+([\p{L}_$][\p{L}\p{N}_$]*)/u;

function hashOf(document: vscode.TextDocument, lines: LineRange | undefined): string {
  return hashLines(splitLines(document.getText()), lines ?? { firstLine: 1, lastLine: document.lineCount });
}

/** The lines that are selected in the editor in front, or else the symbol at its cursor; undefined when there is neither. */
export async function codeAtCursor(): Promise<NamedCode | undefined> {
  const editor = editorInFront();
  if (editor === undefined || !isWorkspaceFile(editor.document.uri)) {
    return undefined;
  }
  const { document, selection } = editor;
  const selected = selectedLines(editor);
  if (selected !== undefined) {
    return { name: declaration.exec(document.getText(selection))?.[1] ?? selected.displayPath, code: selected, hash: hashOf(document, selected.lines) };
  }
  const word = document.getWordRangeAtPosition(selection.active);
  if (word === undefined) {
    return undefined;
  }
  const name = document.getText(word);
  const found = await findSymbolCode(document, word.start);
  return { name, code: attachmentOf(found.document.uri, { kind: 'symbol', lines: found.lines, label: name }), hash: hashOf(found.document, found.lines) };
}
