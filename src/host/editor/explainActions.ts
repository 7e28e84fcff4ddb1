import * as vscode from 'vscode';
import { commandIds } from '../../common/ids';
import { symbolAt } from '../hover/symbolAt';
import { isWorkspaceFile } from '../memory/workspaceRoots';

/** A kind of its own: neither a fix nor a refactoring, so that nothing that applies those, on save for one, ever runs it. */
const kind = vscode.CodeActionKind.Empty.append('shorthand');

/**
 * Offers to explain a selection or, to who asks for actions, the symbol at the cursor. A light bulb at every word that the cursor passes would be
 * in the way.
 */
class ExplainActions implements vscode.CodeActionProvider {
  provideCodeActions(document: vscode.TextDocument, range: vscode.Range, { triggerKind }: vscode.CodeActionContext): vscode.CodeAction[] {
    if (!isWorkspaceFile(document.uri)) {
      return [];
    }
    if (!range.isEmpty) {
      return [action(vscode.l10n.t("Explain with Shorthand"), 'explain', commandIds.explain), action(vscode.l10n.t("Ask Shorthand About Selection"), 'ask', commandIds.askAboutSelection)];
    }
    const asked = triggerKind === vscode.CodeActionTriggerKind.Invoke;
    return asked && symbolAt(document, range.start) !== undefined ? [action(vscode.l10n.t("Explain with Shorthand"), 'explain', commandIds.explain)] : [];
  }
}

export function registerExplainActions(): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider({ scheme: 'file' }, new ExplainActions(), { providedCodeActionKinds: [kind] });
}

function action(title: string, name: string, command: string): vscode.CodeAction {
  const result = new vscode.CodeAction(title, kind.append(name));
  result.command = { title, command };
  return result;
}
