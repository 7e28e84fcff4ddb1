import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { CompressReport } from '../../../src/common/workspace';
import { compressWorkspace, inWorkspace, openDocument } from '../support/shorthand';

describe('Compress Workspace', () => {
  let first: CompressReport;

  it('makes slots for every file', async () => {
    first = await compressWorkspace();
    assert.ok(first.files > 5, `${first.files} files`);
    assert.ok(first.windowsEncoded > 0, 'windows were encoded');
    assert.equal(first.windowsReused, 0);
    assert.ok(first.slots > 0 && first.slots < first.tokens / 2, `${first.slots} slots for ${first.tokens} tokens`);
    assert.ok(first.slotBytes > 0);
  });

  it('encodes nothing the second time', async () => {
    const second = await compressWorkspace();
    assert.equal(second.windowsEncoded, 0);
    assert.equal(second.windowsReused, first.windowsEncoded);
    assert.deepEqual([second.files, second.tokens, second.slots], [first.files, first.tokens, first.slots]);
  });

  it('encodes only the windows that an edit changed', async () => {
    const file = inWorkspace('workspace.ts').fsPath;
    fs.appendFileSync(file, '\nexport const added = "by a test";\n');
    const report = await compressWorkspace();
    assert.ok(report.windowsEncoded > 0, 'the changed window was encoded');
    assert.ok(report.windowsEncoded <= 2, `${report.windowsEncoded} windows were encoded for one line`);
    assert.ok(report.windowsReused >= first.windowsEncoded - 2);
  });

  it('reads what is in an editor and not yet saved', async () => {
    const editor = await openDocument('errors.ts');
    await editor.edit(edit => edit.insert(new vscode.Position(0, 0), '// Not saved yet.\n'));
    assert.equal(editor.document.isDirty, true);
    assert.ok((await compressWorkspace()).windowsEncoded > 0);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    assert.equal((await compressWorkspace()).windowsEncoded, 0, 'the saved text is still known');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  it('forgets a deleted file', async () => {
    const before = await compressWorkspace();
    fs.rmSync(inWorkspace('assertNever.ts').fsPath);
    const after = await compressWorkspace();
    assert.equal(after.files, before.files - 1);
    assert.equal(after.windowsEncoded, 0);
  });
});
