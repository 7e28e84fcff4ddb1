import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { attachUris, uriOfText } from '../../../src/host/context/attachPaths';
import { Attachments, maxAttachments } from '../../../src/host/context/attachments';
import { completeFiles } from '../../../src/host/context/completions';
import { FileIndex, findFilesIn } from '../../../src/host/context/fileIndex';
import { RecentFiles } from '../../../src/host/context/recentFiles';
import { selectedLines } from '../../../src/host/context/selection';
import { documentSymbols } from '../../../src/host/context/symbolProviders';
import { eventually } from '../support/eventually';
import { inWorkspace, openDocument } from '../support/shorthand';

/** Keeps nothing. */
const state: vscode.Memento = { keys: () => [], get: () => undefined, update: () => Promise.resolve() };

function rootFolder(): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert(folder !== undefined);
  return folder.uri;
}

/** Attaches, and returns what was refused with what is attached. */
async function attach(...uris: readonly vscode.Uri[]): Promise<{ readonly message: string | undefined; readonly attachments: Attachments }> {
  const attachments = new Attachments(state);
  return { message: await attachUris(attachments, uris), attachments };
}

describe('what can be attached to a question', () => {
  it('is a file of the workspace, by URI, path, or path from the folder', async () => {
    const { document } = await openDocument('disposable.ts');
    const relative = vscode.workspace.asRelativePath(document.uri);
    const remote = `vscode-remote://some-machine${document.uri.path}`;
    for (const text of [document.uri.toString(), document.uri.fsPath, relative, remote]) {
      const uri = await uriOfText(text);
      assert.equal(uri?.fsPath, document.uri.fsPath, text);
    }
    assert.equal(await uriOfText('no/such/file.ts'), undefined);
    const { message, attachments } = await attach(document.uri);
    assert.equal(message, undefined);
    assert.deepEqual(attachments.all, [{ kind: 'file', label: 'disposable.ts', path: document.uri.fsPath, displayPath: relative }]);
  });

  it('is nothing outside of it, and nothing that is not there', async () => {
    const { message, attachments } = await attach(vscode.Uri.file('/etc/hosts'), vscode.Uri.joinPath(rootFolder(), 'missing.ts'), vscode.Uri.parse('untitled:Untitled-1'));
    assert.deepEqual(attachments.all, []);
    assert.match(message ?? '', /hosts, missing\.ts, Untitled-1/);
  });

  it('is the files of a folder, as many as a question can have', async () => {
    const root = rootFolder();
    const files = await findFilesIn(root.fsPath, 1000);
    const { message, attachments } = await attach(root);
    assert.equal(attachments.all.length, Math.min(maxAttachments, files.length));
    assert.equal(message === undefined, files.length <= maxAttachments);
  });

  it('is nothing that git ignores, as long as git does', async () => {
    const index = new FileIndex();
    const names = async (): Promise<readonly string[]> => (await index.files()).map(file => path.basename(file.path));
    fs.writeFileSync(inWorkspace('.gitignore').fsPath, '/rpc/\n');
    try {
      assert(!(await names()).includes('wire.ts'));
      assert.deepEqual((await attach(inWorkspace('rpc'))).attachments.all, []);
      fs.writeFileSync(inWorkspace('.gitignore').fsPath, '# nothing\n');
      await eventually(async () => assert((await names()).includes('wire.ts')));
    } finally {
      index.dispose();
      fs.rmSync(inWorkspace('.gitignore').fsPath);
    }
  });

  it('is offered with the open file first, and without what settings exclude', async () => {
    const { document } = await openDocument('disposable.ts');
    const index = new FileIndex();
    const recent = new RecentFiles();
    const settings = vscode.workspace.getConfiguration('files');
    try {
      assert.equal((await completeFiles('', index, recent))[0]?.path, document.uri.fsPath);
      const names = async (): Promise<readonly string[]> => (await index.files()).map(file => path.basename(file.path));
      assert((await names()).includes('disposable.ts'));
      const before: unknown = settings.inspect('exclude')?.globalValue;
      await settings.update('exclude', { '**/disposable.ts': true }, vscode.ConfigurationTarget.Global);
      try {
        assert(!(await names()).includes('disposable.ts'));
      } finally {
        await settings.update('exclude', before, vscode.ConfigurationTarget.Global);
      }
    } finally {
      index.dispose();
      recent.dispose();
    }
  });

  it('is the selection by whole lines, without the one that it only touches', async () => {
    const editor = await openDocument('disposable.ts');
    editor.selection = new vscode.Selection(1, 2, 4, 0);
    assert.deepEqual(selectedLines(editor)?.lines, { firstLine: 2, lastLine: 4 });
    editor.selection = new vscode.Selection(1, 2, 1, 5);
    assert.deepEqual(selectedLines(editor)?.lines, { firstLine: 2, lastLine: 2 });
    editor.selection = new vscode.Selection(1, 2, 1, 2);
    assert.equal(selectedLines(editor), undefined);
  });

  it('is a symbol with all of its lines', async () => {
    // A text that no other language service answers for.
    const document = await vscode.workspace.openTextDocument({ content: 'one\n'.repeat(9) });
    let lines: readonly string[] = [];
    const provider = vscode.languages.registerDocumentSymbolProvider(
      { scheme: document.uri.scheme },
      { provideDocumentSymbols: () => [new vscode.DocumentSymbol('ByTest', '', vscode.SymbolKind.Class, new vscode.Range(2, 0, 5, 1), new vscode.Range(2, 0, 2, 4))] },
    );
    try {
      lines = (await documentSymbols(document.uri)).filter(({ name }) => name === 'ByTest').map(found => `${found.lines.firstLine}-${found.lines.lastLine}`);
    } finally {
      provider.dispose();
    }
    assert.deepEqual(lines, ['3-6']);
  });
});
