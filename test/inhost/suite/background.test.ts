import assert from 'node:assert/strict';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { CompressReport } from '../../../src/common/workspace';
import { compressWorkspace, inWorkspace, openDocument } from '../support/shorthand';

/** The background waits two seconds for a pause in typing; the rest is for a slow machine. */
const settleMs = 8000;

describe('Background compression', () => {
  const functions = (name: string): string => Array.from({ length: 12 }, (_, i) => `export function ${name}${i}(): number {\n  return ${i};\n}\n`).join('\n');
  const compressOpen = async (): Promise<CompressReport | undefined> => vscode.commands.executeCommand<CompressReport | undefined>('shorthand.compressOpenFiles');

  it('makes the slots of a file that is opened, before anybody asks', async () => {
    await compressWorkspace();
    fs.writeFileSync(inWorkspace('openedLater.ts').fsPath, functions('later'));
    await openDocument('openedLater.ts');
    await sleep(settleMs);
    const report = await compressOpen();
    assert.ok(report !== undefined && report.windowsReused > 0);
    assert.equal(report.windowsEncoded, 0);
  });

  it('leaves files alone when it is switched off', async () => {
    const settings = vscode.workspace.getConfiguration('shorthand');
    await settings.update('compression.background', 'off', vscode.ConfigurationTarget.Global);
    try {
      fs.writeFileSync(inWorkspace('leftAlone.ts').fsPath, functions('alone'));
      await openDocument('leftAlone.ts');
      await sleep(settleMs / 2);
      assert.ok(((await compressOpen())?.windowsEncoded ?? 0) > 0);
    } finally {
      await settings.update('compression.background', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('ends with the editors closed', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const name of ['openedLater.ts', 'leftAlone.ts']) {
      fs.rmSync(inWorkspace(name).fsPath);
    }
    assert.equal(await compressOpen(), undefined, 'no file is open');
  });
});
