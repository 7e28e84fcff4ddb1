import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commandIds } from '../../../src/common/ids';
import { eventually } from '../support/eventually';
import { compressWorkspace, inWorkspace, memoryOf, openDocument } from '../support/shorthand';

describe('Memory', () => {
  it('is stale with the first unsaved letter, and as before when that is taken back', async () => {
    await compressWorkspace();
    const editor = await openDocument('fuzzy.ts');
    await editor.edit(edit => edit.insert(new vscode.Position(0, 0), '// Not saved.\n'));
    assert.equal((await memoryOf('fuzzy.ts'))?.state, 'stale');
    await editor.edit(edit => edit.delete(new vscode.Range(0, 0, 1, 0)));
    assert.equal((await memoryOf('fuzzy.ts'))?.state, 'compressed');
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    assert.equal((await compressWorkspace()).windowsEncoded, 0);
  });

  it('knows a renamed file, and its pin goes along', async () => {
    await vscode.commands.executeCommand(commandIds.pinFiles, inWorkspace('fuzzy.ts'));
    assert.equal((await memoryOf('fuzzy.ts'))?.pinned, true);
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(inWorkspace('fuzzy.ts'), inWorkspace('renamed.ts'));
    await vscode.workspace.applyEdit(edit);
    await eventually(async () => assert.equal((await memoryOf('renamed.ts'))?.pinned, true));
    assert.equal((await memoryOf('renamed.ts'))?.state, 'compressed');
    assert.equal(await memoryOf('fuzzy.ts'), undefined);
    await vscode.commands.executeCommand(commandIds.unpinFiles, inWorkspace('renamed.ts'));
    assert.equal((await memoryOf('renamed.ts'))?.pinned, false);
    fs.renameSync(inWorkspace('renamed.ts').fsPath, inWorkspace('fuzzy.ts').fsPath);
  });

  it('pins a folder with all that is in it, and one file out of it again', async () => {
    await vscode.commands.executeCommand(commandIds.pinFiles, inWorkspace('rpc'));
    await vscode.commands.executeCommand(commandIds.unpinFiles, inWorkspace('rpc', 'wire.ts'));
    assert.deepEqual([(await memoryOf('rpc', 'client.ts'))?.pinned, (await memoryOf('rpc', 'wire.ts'))?.pinned], [true, false]);
    await vscode.commands.executeCommand(commandIds.pinFiles, inWorkspace('rpc', 'wire.ts'));
    await vscode.commands.executeCommand(commandIds.unpinFiles, inWorkspace('rpc'));
    assert.deepEqual([(await memoryOf('rpc', 'client.ts'))?.pinned, (await memoryOf('rpc', 'wire.ts'))?.pinned], [false, false]);
  });

  it('forgets a folder, and compresses it alone', async () => {
    await vscode.commands.executeCommand(commandIds.forgetFiles, inWorkspace('rpc'));
    assert.deepEqual([(await memoryOf('rpc', 'client.ts'))?.state, (await memoryOf('rpc', 'client.ts'))?.slots, (await memoryOf('event.ts'))?.state], ['none', 0, 'compressed']);
    await vscode.commands.executeCommand(commandIds.compressFiles, inWorkspace('rpc'));
    assert.equal((await memoryOf('rpc', 'client.ts'))?.state, 'compressed');
    assert.equal((await compressWorkspace()).windowsEncoded, 0);
  });

  it('excludes files by the setting of their folder, and includes them again', async () => {
    const excluded = (): unknown => vscode.workspace.getConfiguration('shorthand', inWorkspace('ids.ts')).inspect('compression.exclude')?.workspaceFolderValue;
    await vscode.commands.executeCommand(commandIds.excludeFiles, inWorkspace('ids.ts'), [inWorkspace('ids.ts'), inWorkspace('rpc')]);
    assert.deepEqual(excluded(), ['ids.ts', 'rpc']);
    assert.equal(await memoryOf('ids.ts'), undefined);
    assert.equal(await memoryOf('rpc', 'wire.ts'), undefined);
    await vscode.commands.executeCommand(commandIds.includeFiles, inWorkspace('rpc'), [inWorkspace('rpc'), inWorkspace('ids.ts')]);
    assert.equal(excluded(), undefined);
    assert.equal((await memoryOf('ids.ts'))?.state, 'compressed');
    fs.rmSync(inWorkspace('.vscode').fsPath, { recursive: true, force: true });
  });
});
