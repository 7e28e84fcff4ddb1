import * as vscode from 'vscode';
import { answerTokens, codeBlocks, type CodeBlock } from '../../../common/answerMarkdown';
import { assertNever } from '../../../common/assertNever';
import type { CodeAction } from '../../../common/chatProtocol';
import { editorInFront } from '../../memory/openFiles';
import type { ChatSession } from '../chatSession';
import { createFile } from './createFile';
import type { Proposals } from './proposals';

/** A block of code of an answer, counted from 0, from the host's own record. */
export function codeBlockOf(session: ChatSession, id: number, index: number): CodeBlock | undefined {
  const outcome = session.turns.find(turn => turn.id === id)?.outcome;
  return outcome?.kind === 'answered' ? codeBlocks(answerTokens(outcome.answer.text))[index] : undefined;
}

export async function runCodeAction(action: CodeAction, block: CodeBlock, proposals: Proposals): Promise<void> {
  switch (action) {
    case 'copy':
      await vscode.env.clipboard.writeText(block.text);
      vscode.window.setStatusBarMessage(vscode.l10n.t("Code copied"), 2000);
      return;
    case 'insert':
      return insertAtCursor(block.text);
    case 'create':
      return createFile(block);
    case 'apply':
      return proposals.show(block.text);
    default:
      assertNever(action);
  }
}

/** Puts code in place of the selection of the editor in front, as one step that can be undone. */
async function insertAtCursor(text: string): Promise<void> {
  const editor = editorInFront();
  if (editor === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t("Open the file that the code should go into, and put the cursor there."));
    return;
  }
  const inserted = await editor.edit(edit => editor.selections.forEach(selection => edit.replace(selection, text)));
  if (!inserted) {
    void vscode.window.showWarningMessage(vscode.l10n.t("{0} can't be changed.", vscode.workspace.asRelativePath(editor.document.uri)));
    return;
  }
  await vscode.window.showTextDocument(editor.document, editor.viewColumn);
}
