import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commandIds, configurationSection, type Settings } from '../../../src/common/ids';

const setting: keyof Settings = 'inlineCompletion.enabled';
const enabled = (): unknown => vscode.workspace.getConfiguration(configurationSection).get(setting);

describe('inline completion', () => {
  before(() => vscode.workspace.getConfiguration(configurationSection).update(setting, undefined, vscode.ConfigurationTarget.Global));
  after(() => vscode.workspace.getConfiguration(configurationSection).update(setting, undefined, vscode.ConfigurationTarget.Global));

  it('is off until it is asked for', () => assert.equal(enabled(), false));

  it('is switched by a command', async () => {
    await vscode.commands.executeCommand(commandIds.toggleInlineCompletion);
    assert.equal(enabled(), true);
    await vscode.commands.executeCommand(commandIds.toggleInlineCompletion);
    assert.equal(enabled(), false);
  });
});
