import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { configurationSection, internalCommandIds, type Settings } from '../../../src/common/ids';
import { openDocument } from '../support/shorthand';

const hoverSetting: keyof Settings = 'hover.enabled';

/** The hovers at a symbol that offer Shorthand's link. */
async function explainLinks({ document }: vscode.TextEditor, symbol: string): Promise<string[]> {
  const offset = document.getText().indexOf(symbol);
  assert.notEqual(offset, -1);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, document.positionAt(offset + 1));
  const texts = hovers.flatMap(hover => hover.contents).map(textOf);
  return texts.filter(text => text.includes(`command:${internalCommandIds.explainHover}`));
}

function textOf(content: vscode.MarkdownString | string | { value: string }): string {
  return typeof content === 'string' ? content : content.value;
}

describe('hover', () => {
  it('offers an explanation of a symbol', async () => {
    const links = await explainLinks(await openDocument('disposable.ts'), 'DisposableStore');
    assert.equal(links.length, 1);
  });

  it('stays silent when the setting is off', async () => {
    const configuration = vscode.workspace.getConfiguration(configurationSection);
    await configuration.update(hoverSetting, false, vscode.ConfigurationTarget.Global);
    try {
      assert.deepEqual(await explainLinks(await openDocument('disposable.ts'), 'DisposableStore'), []);
    } finally {
      await configuration.update(hoverSetting, undefined, vscode.ConfigurationTarget.Global);
    }
    assert.equal((await explainLinks(await openDocument('disposable.ts'), 'DisposableStore')).length, 1, 'and comes back');
  });
});
