import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commandIds } from '../../../src/common/ids';
import { eventually } from '../support/eventually';
import { compressWorkspace, inWorkspace, memoryOf, openDocument } from '../support/shorthand';

const setting = 'compression.background';
const functions = (name: string): string => Array.from({ length: 12 }, (_, i) => `export function ${name}${i}(): number {\n  return ${i};\n}\n`).join('\n');
const files = ['openedLater.ts', 'neverOpened.ts', 'paused.ts'];

function background(mode: 'off' | 'openFiles' | 'workspace'): Thenable<void> {
  return vscode.workspace.getConfiguration('shorthand').update(setting, mode, vscode.ConfigurationTarget.Global);
}

function write(name: string): void {
  fs.writeFileSync(inWorkspace(name).fsPath, functions(name.replace('.ts', '')));
}

async function compressed(name: string): Promise<void> {
  await eventually(async () => assert.equal((await memoryOf(name))?.state, 'compressed'));
}

describe('Background compression', () => {
  before(async () => {
    await compressWorkspace();
    await background('openFiles');
  });

  it('makes the slots of a file that is opened, before anybody asks, and of no other', async () => {
    write('neverOpened.ts');
    write('openedLater.ts');
    await openDocument('openedLater.ts');
    await compressed('openedLater.ts');
    assert.equal((await memoryOf('neverOpened.ts'))?.state, 'none');
  });

  it('follows what is typed and not saved', async () => {
    const editor = await openDocument('openedLater.ts');
    await editor.edit(edit => edit.insert(new vscode.Position(0, 0), '// Not saved yet.\n'));
    assert.equal((await memoryOf('openedLater.ts'))?.state, 'stale');
    await compressed('openedLater.ts');
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('keeps what there is to do while it is paused', async () => {
    await vscode.commands.executeCommand(commandIds.pauseBackground);
    write('paused.ts');
    await openDocument('paused.ts');
    assert.equal((await memoryOf('paused.ts'))?.state, 'none');
    await vscode.commands.executeCommand(commandIds.resumeBackground);
    await compressed('paused.ts');
  });

  it('gives idle time to the rest of the workspace, where the setting says so', async () => {
    await background('workspace');
    await compressed('neverOpened.ts');
  });

  it('measures at the end how much survived, of open files first', async () => {
    await openDocument('openedLater.ts');
    await eventually(async () => assert.ok((await memoryOf('openedLater.ts'))?.fidelity !== undefined));
  });

  after(async () => {
    await background('off');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    files.forEach(name => fs.rmSync(inWorkspace(name).fsPath, { force: true }));
  });
});
