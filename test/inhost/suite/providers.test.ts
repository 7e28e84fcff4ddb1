import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commandIds } from '../../../src/common/ids';
import { eventually } from '../support/eventually';
import { shorthand } from '../support/shorthand';

async function report(): Promise<string> {
  await vscode.commands.executeCommand(commandIds.showDiagnostics);
  const text = vscode.window.activeTextEditor?.document.getText() ?? '';
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  return text;
}

async function chooseProvider(provider: string | undefined): Promise<void> {
  await vscode.workspace.getConfiguration('shorthand').update('engine.executionProvider', provider, vscode.ConfigurationTarget.Global);
}

describe('The execution provider', () => {
  after(() => chooseProvider(undefined));

  it('is the CPU where the one that was asked for has no library, and the report says which', async () => {
    await shorthand().activate();
    await chooseProvider('cuda');
    await eventually(async () => {
      // Whatever needs the engine starts it with the new setting.
      await vscode.commands.executeCommand(commandIds.refreshMemory);
      const text = await report();
      assert.match(text, /Runs on: CPU, ONNX Runtime/);
      assert.match(text, /- CUDA: \S*onnxruntime_providers\S* can't be loaded\. It comes with ONNX Runtime's release for CUDA/);
      assert.match(text, /- Memory of the models: about \d+\.\d MB/);
    });
  });

  it('is tried again after a restart by hand', async () => {
    await vscode.commands.executeCommand(commandIds.restartEngine);
    assert.match(await report(), /- CUDA: \S*onnxruntime_providers\S* can't be loaded/);
    await chooseProvider('cpu');
    await eventually(async () => {
      await vscode.commands.executeCommand(commandIds.refreshMemory);
      assert.match(await report(), /- CUDA: \S*onnxruntime_providers\S* can't be loaded|- CUDA: not tried yet/);
      assert.match(await report(), /Runs on: CPU, ONNX Runtime/);
    });
  });
});
