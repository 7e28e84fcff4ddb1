import assert from 'node:assert/strict';
import os from 'node:os';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commandIds } from '../../../src/common/ids';
import { canSeeProcesses } from '../support/processes';
import { shorthand, workspaceFolder } from '../support/shorthand';

async function report(): Promise<string> {
  await vscode.commands.executeCommand(commandIds.showDiagnostics);
  const document = vscode.window.activeTextEditor?.document;
  assert.equal(document?.languageId, 'markdown');
  assert.equal(document.isUntitled, true);
  const text = document.getText();
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  return text;
}

describe('Show Diagnostics', () => {
  let text: string;

  before(async () => {
    await shorthand().activate();
    await vscode.workspace.getConfiguration('shorthand').update('chat.maxTokens', 40, vscode.ConfigurationTarget.Global);
    text = await report();
    await vscode.workspace.getConfiguration('shorthand').update('chat.maxTokens', undefined, vscode.ConfigurationTarget.Global);
  });

  it('tells versions, bundle and what really runs', () => {
    assert.match(text, new RegExp(`VS Code: ${vscode.version.replaceAll('.', '\\.')}`));
    assert.match(text, /Node of the engine: \d+\.\d+\.\d+/);
    assert.match(text, /Bundle: [\w-]+ \d+\.\d+\.\d+ in /);
    assert.match(text, /State: (ready|busy)/);
    assert.match(text, /Runs on: CPU, ONNX Runtime/);
    assert.match(text, /Slots: \d+ in \d+ windows/);
    assert.match(text, /On disk: [\d.]+ MB/);
    assert.match(text, /Level: \w+/);
  });

  it('lists changed settings', () => {
    assert.match(text, /shorthand\.chat\.maxTokens: 40/);
  });

  it('lists the crash of the suite before by its code', function () {
    if (!canSeeProcesses) {
      this.skip();
    }
    assert.match(text, /- \d{4}-\d\d-\d\dT[\d:.]+Z, engine process: engine-crashed/);
  });

  it('names neither the user nor the workspace', () => {
    assert.equal(text.includes(os.homedir()), false);
    assert.equal(text.includes(workspaceFolder()), false);
  });
});
