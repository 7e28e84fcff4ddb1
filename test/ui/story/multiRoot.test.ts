import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chat } from './support/chat';
import { ComposerView } from './support/composer';
import { keepFailures } from './support/keepFailures';
import { MemoryView } from './support/memoryView';
import { Session } from './support/session';
import { Workbench } from './support/workbench';

let session: Session;
let workbench: Workbench;
let memory: MemoryView;
let chat: Chat;
let composer: ComposerView;

beforeAll(async () => {
  session = await Session.open({
    roots: { 'web/app': 'webview/map', 'server/app': 'src/common/rpc' },
    battery: true,
    settings: { 'shorthand.compression.background': 'openFiles', 'shorthand.chat.maxTokens': 20 },
  });
  workbench = new Workbench(session.page, 'multi-root');
  memory = new MemoryView(session.page, workbench);
  chat = new Chat(session.page);
  composer = new ComposerView(session.page);
});

keepFailures(() => workbench);

afterAll(() => session.close());

describe('a workspace of two folders of one name', () => {
  it('has a row for each in the memory view, by names that differ', async () => {
    await workbench.trustWorkspace();
    await memory.open();
    await workbench.runCommand('Shorthand: Compress Workspace');
    await workbench.notification(/[\d,]+ files: [\d,]+ tokens in [\d,]+ slots/).waitFor({ timeout: 60_000 });
    await workbench.clearNotifications();
    await memory.shows('server/app', 'Folder, Compressed files: 4 of 4');
    await memory.shows('web/app', 'Folder, Compressed files');
    await memory.row('server/app').click();
    await memory.shows('client.ts', 'Compressed');
    await workbench.screenshot('memory');
  });

  it('is told apart in what is offered, attached and planned', async () => {
    await workbench.runCommand('Shorthand: Open Chat');
    await composer.field.waitFor({ timeout: 60_000 });
    await composer.type('What does @wire');
    await composer.completions.filter({ hasText: 'server/app' }).waitFor({ timeout: 30_000 });
    await composer.complete('', 'wire.ts');
    expect(await composer.chip('wire.ts').getAttribute('title')).toBe('server/app/wire.ts');
    await composer.type('do?');
    await composer.planToggle.click();
    await expect.poll(async () => (await composer.entries(composer.plan)).join('\n'), { timeout: 60_000 }).toMatch(/server\/app\/wire\.ts\s*attached/);
    expect((await composer.entries(composer.plan)).join('\n')).toMatch(/^web\/app\//m);
    await workbench.screenshot('plan');
    await composer.planToggle.click();
  });

  it('is told apart in what an answer has read and found, and links lead to the right file', async () => {
    await composer.field.press('Enter');
    await expect.poll(() => chat.state(), { timeout: 60_000 }).toBe('answered');
    await chat.lastTurn.getByTestId('context-summary').click();
    await expect.poll(async () => (await composer.entries(chat.lastTurn.getByTestId('context-details'))).join('\n')).toContain('server/app/wire.ts');
    await chat.ask('/find class RpcServer');
    const place = chat.lastTurn.getByTestId('found-place').filter({ hasText: 'server/app/server.ts' }).first();
    await place.waitFor({ timeout: 60_000 });
    await place.click();
    await session.page.locator('.tab.active', { hasText: 'server.ts' }).waitFor();
    await workbench.screenshot('found');
  });
});

describe('on battery', () => {
  it('the background waits, and says so', async () => {
    await memory.foldChat();
    await expect.poll(() => memory.description.innerText(), { timeout: 30_000 }).toBe('on battery');
    fs.writeFileSync(path.join(session.workspace, 'server', 'app', 'fresh.ts'), 'export const fresh = 42;\n');
    await memory.shows('fresh.ts', 'Not compressed yet');
    await memory.row('fresh.ts').click();
    await session.page.locator('.tab.active', { hasText: 'fresh.ts' }).waitFor();
    await workbench.statusBar.hover();
    await workbench.hoverWith('Background compression is paused on battery.').waitFor();
    await workbench.screenshot('on-battery');
    await memory.shows('fresh.ts', 'Not compressed yet');
  });

  it('goes on when the user allows it', async () => {
    await session.changeSettings({ 'shorthand.compression.onBattery': true });
    await memory.shows('fresh.ts', 'Compressed');
    await expect.poll(() => memory.description.innerText()).toBe('');
  });
});

describe('the console', () => {
  it('has no complaint about Shorthand', () => {
    expect(session.complaints()).toEqual([]);
  });
});
