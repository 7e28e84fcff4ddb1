import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commandIds } from '../../../src/common/ids';
import { openDocument } from '../support/shorthand';

/** The actions of Shorthand that are offered for a range, as Ctrl+. asks for them. */
async function actionsAt(uri: vscode.Uri, range: vscode.Range, kind?: string): Promise<vscode.CodeAction[]> {
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, range, kind);
  return actions.filter(action => action.kind?.value.startsWith('shorthand'));
}

describe('code actions', () => {
  it('offer to explain a symbol', async () => {
    const { document } = await openDocument('disposable.ts');
    const at = document.positionAt(document.getText().indexOf('DisposableStore') + 2);
    const actions = await actionsAt(document.uri, new vscode.Range(at, at));
    assert.deepEqual(actions.map(action => action.command?.command), [commandIds.explain]);
  });

  it('offer to explain a selection and to ask about it', async () => {
    const { document } = await openDocument('disposable.ts');
    const actions = await actionsAt(document.uri, new vscode.Range(0, 0, 3, 0));
    assert.deepEqual(actions.map(action => action.command?.command), [commandIds.explain, commandIds.askAboutSelection]);
  });

  it('are no fix and no refactoring, which other things apply by themselves', async () => {
    const { document } = await openDocument('disposable.ts');
    const range = new vscode.Range(0, 0, 3, 0);
    for (const kind of [vscode.CodeActionKind.QuickFix, vscode.CodeActionKind.Refactor, vscode.CodeActionKind.Source, vscode.CodeActionKind.SourceFixAll]) {
      assert.deepEqual(await actionsAt(document.uri, range, kind.value), []);
    }
  });

  it('are offered for files of the workspace alone', async () => {
    const document = await vscode.workspace.openTextDocument({ content: 'const untitled = 1;', language: 'typescript' });
    assert.deepEqual(await actionsAt(document.uri, new vscode.Range(0, 0, 0, 10)), []);
  });
});
