import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { commandIds, internalCommandIds } from '../../../src/common/ids';
import { shorthand } from '../support/shorthand';

const contributions = v.object({ contributes: v.object({ commands: v.array(v.object({ command: v.string() })) }) });

describe('activation', () => {
  it('activates', async () => {
    await shorthand().activate();
    assert.equal(shorthand().isActive, true);
  });

  it('registers every command, contributed or internal', async () => {
    const contributed = v.parse(contributions, shorthand().packageJSON).contributes.commands.map(({ command }) => command);
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = [...contributed, ...Object.values(commandIds), ...Object.values(internalCommandIds)].filter(command => !registered.has(command));
    assert.deepEqual(missing, []);
  });
});
