import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepFailures } from './support/keepFailures';
import { MemoryView } from './support/memoryView';
import { Session } from './support/session';
import { Workbench } from './support/workbench';

let session: Session;
let workbench: Workbench;
let memory: MemoryView;

beforeAll(async () => {
  session = await Session.open({ sources: ['src/common'], settings: { 'files.autoSave': 'off' } });
  workbench = new Workbench(session.page, 'memory');
  memory = new MemoryView(session.page, workbench);
});

keepFailures(() => workbench);

afterAll(() => session.close());

const inWorkspace = (...parts: string[]): string => path.join(session.workspace, ...parts);
/** Source that no other file has. */
const functions = (name: string, count: number): string => Array.from({ length: count }, (_, i) => `export function ${name}${i}(): number {\n  return ${i};\n}\n`).join('\n');
const folderSettings = (): string => (fs.existsSync(inWorkspace('.vscode', 'settings.json')) ? fs.readFileSync(inWorkspace('.vscode', 'settings.json'), 'utf8') : '');

/** Compresses the workspace by command, and waits for what it says. */
async function compress(result: RegExp): Promise<void> {
  await workbench.runCommand('Shorthand: Compress Workspace');
  await workbench.notification(result).waitFor({ timeout: 60_000 });
  await workbench.clearNotifications();
}

const nothingEncoded = /Nothing to encode/;

describe('the memory view', () => {
  it('welcomes a newcomer, and starts no engine for that', async () => {
    await workbench.trustWorkspace();
    await memory.open();
    await memory.welcome.getByText('Nothing of this workspace is in memory yet').waitFor();
    await workbench.screenshot('welcome');
    expect(session.engines() ?? []).toEqual([]);
  });

  it('shows every file with its numbers once the workspace is compressed', async () => {
    await memory.foldChat();
    await memory.welcome.getByText('Compress Workspace').click();
    await workbench.notification(/[\d,]+ files: [\d,]+ tokens in [\d,]+ slots/).waitFor({ timeout: 60_000 });
    await memory.shows('rpc', 'Folder, Compressed files: 4 of 4, Tokens');
    await memory.shows('disposable.ts', 'Compressed');
    expect(await memory.label('disposable.ts')).toMatch(/Tokens: \d+, Slots: \d+, Ratio: 8 tokens per slot, Windows in memory: (\d+) of \1, On disk: [\d.]+ kB/);
    await expect.poll(() => memory.message.innerText(), { timeout: 20_000 }).toMatch(/[\d,]+ files: [\d,]+ tokens, [\d,]+ slots, [\d.]+ [kM]B\. All workspaces: [\d.]+ [kM]B of 1 GB\./);
    await workbench.clearNotifications();
    await workbench.screenshot('compressed');
  });

  it('opens folders', async () => {
    await memory.row('rpc').click();
    await memory.shows('wire.ts', 'Compressed');
  });

  it('leads from a row to the file in the explorer, in a folder that was closed there', async () => {
    await memory.choose('wire.ts', 'Reveal in Explorer');
    await workbench.selectedInExplorer.filter({ hasText: 'wire.ts' }).waitFor();
    await workbench.screenshot('revealed');
  });

  it.each(['light', 'high-contrast', 'dark'] as const)('fits the theme: %s', async theme => {
    await session.changeTheme(theme);
    await memory.row('disposable.ts').hover();
    await workbench.screenshot(theme);
  });
});

describe('what the user decides', () => {
  it('pins and unpins', async () => {
    await memory.choose('disposable.ts', 'Pin to Context');
    await memory.shows('disposable.ts', 'Compressed, pinned');
    await memory.choose('event.ts', 'Pin to Context');
    await memory.shows('event.ts', 'Compressed, pinned');
    await memory.choose('event.ts', 'Unpin from Context');
    await memory.shows('event.ts', 'Compressed, Tokens');
  });

  it('chooses a ratio for a file', async () => {
    await memory.choose('errors.ts', 'Choose Ratio');
    await workbench.quickPick('4x').click();
    await workbench.notification(/1 file: [\d,]+ tokens in [\d,]+ slots \([34]\.\dx\)/).waitFor({ timeout: 30_000 });
    await expect.poll(() => memory.label('errors.ts'), { timeout: 20_000 }).toMatch(/^errors.ts, Compressed, .*Ratio: 4 tokens per slot/);
    await workbench.clearNotifications();
  });

  it('excludes a file, and includes it again', async () => {
    await memory.choose('ids.ts', 'Exclude from Memory');
    await memory.shows('ids.ts', 'Excluded');
    expect(folderSettings()).toContain('"ids.ts"');
    await workbench.notification('excluded from Shorthand').waitFor();
    await workbench.screenshot('excluded');
    await memory.choose('ids.ts', 'Include in Memory Again');
    await memory.shows('ids.ts', 'Compressed');
    expect(folderSettings()).not.toContain('ids.ts');
    await workbench.clearNotifications();
  });

  it('takes an exclusion back', async () => {
    await memory.choose('bundle.ts', 'Exclude from Memory');
    await memory.shows('bundle.ts', 'Excluded');
    await workbench.notification('excluded from Shorthand').getByRole('button', { name: 'Undo' }).click();
    await memory.shows('bundle.ts', 'Compressed');
  });

  it('shows that a file is being compressed, as long as that takes', async () => {
    fs.writeFileSync(inWorkspace('long.ts'), functions('long', 1500));
    await memory.shows('long.ts', 'Not compressed yet');
    await memory.choose('long.ts', 'Compress');
    await memory.shows('long.ts', 'Compressing…');
    await workbench.screenshot('compressing');
    await memory.shows('long.ts', 'Compressed');
    await workbench.clearNotifications();
    fs.rmSync(inWorkspace('long.ts'));
    await memory.row('long.ts').waitFor({ state: 'detached' });
  });

  it('forgets a file, says what that has freed, and compresses it again', async () => {
    await memory.choose('context.ts', 'Forget');
    await workbench.notification(/context\.ts: [\d,]+ slots forgotten, [\d.]+ kB freed/).waitFor({ timeout: 30_000 });
    await memory.shows('context.ts', 'Not compressed yet');
    await workbench.screenshot('forgotten');
    await memory.choose('context.ts', 'Compress');
    await memory.shows('context.ts', 'Compressed');
    await workbench.clearNotifications();
  });

  it('does the same from the palette', async () => {
    await workbench.runCommand('Shorthand: Unpin from Context');
    await workbench.quickPick('disposable.ts').click();
    await memory.shows('disposable.ts', 'Compressed, Tokens');
  });
});

describe('staleness', () => {
  it('follows what is typed, and the undo of it', async () => {
    await memory.row('event.ts').click();
    await session.page.locator('.tab.active', { hasText: 'event.ts' }).waitFor();
    await workbench.editor.click();
    await session.page.keyboard.type('// stale');
    await memory.shows('event.ts', 'Stale');
    await workbench.screenshot('stale');
    await workbench.runCommand('File: Revert File');
    await memory.shows('event.ts', 'Compressed');
    await compress(nothingEncoded);
  });

  it('knows a file by its content after it was renamed, and forgets it when it is deleted', async () => {
    fs.renameSync(inWorkspace('engineState.ts'), inWorkspace('renamed.ts'));
    await memory.shows('renamed.ts', 'Compressed');
    await memory.row('engineState.ts').waitFor({ state: 'detached' });
    await compress(nothingEncoded);
    fs.rmSync(inWorkspace('renamed.ts'));
    await memory.row('renamed.ts').waitFor({ state: 'detached' });
  });
});

describe('what was forgotten', () => {
  it('is left alone by the background, after a reload too, until it is compressed again', async () => {
    await memory.choose('context.ts', 'Forget');
    await memory.shows('context.ts', 'Not compressed yet');
    await session.changeSettings({ 'shorthand.compression.background': 'openFiles' });
    await workbench.reloadWindow();
    fs.writeFileSync(inWorkspace('fresh.ts'), functions('fresh', 12));
    await memory.shows('fresh.ts', 'Not compressed yet');
    await memory.row('context.ts').click();
    await session.page.locator('.tab.active', { hasText: 'context.ts' }).waitFor();
    await workbench.editor.click();
    await session.page.keyboard.type('// edited');
    // What is opened later is compressed with it, or before it.
    await memory.row('fresh.ts').click();
    await memory.shows('fresh.ts', 'Compressed');
    await memory.shows('context.ts', 'Not compressed yet');
    await memory.choose('context.ts', 'Compress');
    await memory.shows('context.ts', 'Compressed');
    await workbench.clearNotifications();
  });
});

describe('the rest', () => {
  it('pauses the background and shows it', async () => {
    await memory.chooseTitle('Pause Background Compression');
    await expect.poll(() => memory.description.innerText()).toBe('paused');
    await workbench.statusBar.locator('.codicon-debug-pause').waitFor();
    await workbench.screenshot('paused');
    await memory.clickTitle('Resume Background Compression');
    await workbench.statusBar.locator('.codicon-debug-pause').waitFor({ state: 'detached' });
  });

  it('is empty again after Clear Memory', async () => {
    await workbench.runCommand('Shorthand: Clear Memory');
    const dialog = session.page.locator('.monaco-dialog-box');
    await dialog.getByText(/It holds [\d,]+ slots/).waitFor({ timeout: 30_000 });
    await dialog.getByRole('button', { name: 'Clear Memory' }).click();
    await memory.welcome.getByText('Nothing of this workspace is in memory yet').waitFor();
    expect(await memory.rows.count()).toBe(0);
  });

  it('leaves the console without complaints', () => {
    expect(session.complaints()).toEqual([]);
  });
});
