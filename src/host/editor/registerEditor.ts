import * as v from 'valibot';
import * as vscode from 'vscode';
import { commandIds, internalCommandIds } from '../../common/ids';
import { attachmentOf } from '../context/attachmentOf';
import { selectedLines } from '../context/selection';
import { symbolAt } from '../hover/symbolAt';
import { findSymbolCode } from '../hover/symbolCode';
import { wordPlaceSchema, type WordPlace } from '../hover/wordPlace';
import { isWorkspaceFile } from '../memory/workspaceRoots';
import type { Services } from '../services';
import { readSetting } from '../settings/settings';
import { workspaceEditor, workspaceSelection } from './editorTarget';
import { registerExplainActions } from './explainActions';

/** What can be asked from within an editor: by its menu, the palette and code actions. */
export function registerEditor({ attachments }: Pick<Services, 'attachments'>): vscode.Disposable {
  return vscode.Disposable.from(
    registerExplainActions(),
    vscode.commands.registerCommand(commandIds.explain, explain),
    vscode.commands.registerCommand(commandIds.askAboutSelection, async () => {
      if (workspaceSelection() !== undefined) {
        await vscode.commands.executeCommand(internalCommandIds.attachSelection);
      }
    }),
    vscode.commands.registerCommand(internalCommandIds.askInChat, async (raw: unknown) => {
      const symbol = await findSymbol(raw);
      if (symbol !== undefined) {
        attachments.add(symbol);
        await vscode.commands.executeCommand(commandIds.openChat);
      }
    }),
  );
}

/** Explains a selection in the chat, which has room for it, and a symbol in its hover, next to it. */
async function explain(): Promise<void> {
  const editor = workspaceEditor();
  if (editor === undefined) {
    return;
  }
  const selection = selectedLines(editor);
  if (selection !== undefined) {
    await vscode.commands.executeCommand(internalCommandIds.askNow, { question: '/explain', attachments: [selection] });
    return;
  }
  const range = symbolAt(editor.document, editor.selection.active);
  if (range === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t("Put the cursor on a name, or select some lines."));
    return;
  }
  const place: WordPlace = { uri: editor.document.uri.toString(), line: range.start.line, character: range.start.character };
  await vscode.commands.executeCommand(readSetting('hover.enabled') ? internalCommandIds.explainHover : internalCommandIds.askInChat, place);
}

/** The code of the symbol at a place, to be attached. Anyone may call a command, so what it is called with is checked. */
async function findSymbol(raw: unknown) {
  const place = v.safeParse(wordPlaceSchema, raw);
  if (!place.success) {
    return undefined;
  }
  const uri = vscode.Uri.parse(place.output.uri);
  if (!isWorkspaceFile(uri)) {
    return undefined;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const range = symbolAt(document, document.validatePosition(new vscode.Position(place.output.line, place.output.character)));
  if (range === undefined) {
    return undefined;
  }
  const code = await findSymbolCode(document, range.start);
  return attachmentOf(code.document.uri, { kind: 'symbol', label: document.getText(range), lines: code.lines });
}
