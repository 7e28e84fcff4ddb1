import * as vscode from 'vscode';
import { documentSymbols } from '../../context/symbolProviders';
import type { Prepared } from '../chatSession';
import type { Asked } from '../history/conversation';
import { findLines, hashLines, splitLines } from './findLines';

/**
 * A command about code that is asked again is about the same code, wherever the cursor is by now: its lines where they stand now, or, when they
 * have changed, the symbol of that name. When there is neither, it says so: other lines never answer for them.
 */
export async function findCodeAgain(asked: Asked): Promise<Prepared> {
  const code = asked.kind === 'ask' ? asked.attachments[0] : undefined;
  if (asked.kind !== 'ask' || code?.lines === undefined || asked.code === undefined) {
    return asked;
  }
  const uri = vscode.Uri.file(code.path);
  const text = await textOf(uri);
  const lines = findLines(text, code.lines, asked.code) ?? (code.kind === 'symbol' ? (await documentSymbols(uri)).find(({ name }) => name === code.label)?.lines : undefined);
  return lines === undefined
    ? { kind: 'incomplete', message: vscode.l10n.t("The code in {0} that this was about has changed. Select it and ask anew.", code.displayPath) }
    : { ...asked, attachments: [{ ...code, lines }], code: hashLines(text, lines) };
}

/** The lines of a file, unsaved changes included; none when it is gone. */
async function textOf(uri: vscode.Uri): Promise<readonly string[]> {
  try {
    return splitLines((await vscode.workspace.openTextDocument(uri)).getText());
  } catch {
    return [];
  }
}
