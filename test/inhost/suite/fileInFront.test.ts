import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commandIds } from '../../../src/common/ids';
import { eventually } from '../support/eventually';
import { inWorkspace, openDocument } from '../support/shorthand';

/** The file whose reconstruction is in front. */
function compared(): string | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputTextDiff ? input.original.toString() : undefined;
}

describe('a command about the file in front', () => {
  const file = inWorkspace('disposable.ts');

  beforeEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('takes the tab whose editor is still on its way', async () => {
    const opened = vscode.commands.executeCommand('vscode.open', file);
    await eventually(async () => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      assert.equal(input instanceof vscode.TabInputText && input.uri.toString(), file.toString());
      return Promise.resolve();
    });
    await vscode.commands.executeCommand(commandIds.showReconstruction);
    await opened;
    assert.equal(compared(), file.toString());
  });

  it('takes the tab where the Output has the focus', async () => {
    await openDocument('disposable.ts');
    await vscode.commands.executeCommand('workbench.panel.output.focus');
    await eventually(async () => {
      assert.equal(vscode.window.activeTextEditor?.document.uri.scheme, 'output');
      return Promise.resolve();
    });
    await vscode.commands.executeCommand(commandIds.showReconstruction);
    assert.equal(compared(), file.toString());
    await vscode.commands.executeCommand('workbench.action.closePanel');
  });
});
