import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chat } from './support/chat';
import { keepFailures } from './support/keepFailures';
import { MemoryMap } from './support/memoryMap';
import { Reconstruction } from './support/reconstruction';
import { Session } from './support/session';
import { Workbench } from './support/workbench';

let session: Session;
let workbench: Workbench;
let chat: Chat;
let map: MemoryMap;
let reconstruction: Reconstruction;

beforeAll(async () => {
  session = await Session.open({ sources: ['src/common'] });
  workbench = new Workbench(session.page, 'memory-map');
  chat = new Chat(session.page);
  map = new MemoryMap(session.page);
  reconstruction = new Reconstruction(session.page);
});

keepFailures(() => workbench);

afterAll(() => session.close());

function fileOf(name: string): string {
  return path.join(session.workspace, name);
}

/** Takes a picture of what is shown, in every theme. */
async function screenshots(name: string): Promise<void> {
  for (const theme of ['light', 'high-contrast', 'dark'] as const) {
    await session.changeTheme(theme);
    await workbench.screenshot(`${name}-${theme}`);
  }
}

describe('the memory map', () => {
  it('shows the files of the workspace, and that none is in memory', async () => {
    await workbench.trustWorkspace();
    await workbench.runCommand('Shorthand: Show Memory Map');
    await map.tile('errors.ts').waitFor({ timeout: 60_000 });
    expect(await map.tile('errors.ts').getAttribute('aria-label')).toMatch(/^errors\.ts, not compressed, [\d,]+ tokens$/);
  });

  it('follows a compression that is started from it', async () => {
    await map.button('compress-workspace').click();
    await workbench.notification(/[\d,]+ files: [\d,]+ tokens in [\d,]+ slots/).waitFor({ timeout: 150_000 });
    await expect.poll(() => map.tile('errors.ts').getAttribute('aria-label'), { timeout: 30_000 }).toMatch(/compressed, [\d,]+ tokens in \d+ slots, ratio 8x/);
    await workbench.clearNotifications();
  });

  it('is walked with the keyboard', async () => {
    await map.tiles.first().focus();
    const first = await map.focused.getAttribute('data-key');
    await session.page.keyboard.press('End');
    expect(await map.focused.getAttribute('data-key')).not.toBe(first);
    await session.page.keyboard.press('Home');
    expect(await map.focused.getAttribute('data-key')).toBe(first);
    await session.page.keyboard.press('ArrowRight');
    expect(await map.focused.getAttribute('data-key')).not.toBe(first);
    await map.tile('rpc').focus();
    await session.page.keyboard.press('Enter');
    await map.tile('errors.ts').waitFor({ state: 'detached' });
    await session.page.keyboard.press('Escape');
    await expect.poll(() => map.focused.getAttribute('data-key')).toBe('rpc');
  });

  it('measures fidelity, and stops when it is told to', async () => {
    await map.colouring('Fidelity').check();
    await map.button('measure').click();
    await map.status.getByText(/Measuring fidelity: [1-9]\d* of \d+ windows/).waitFor({ timeout: 60_000 });
    await map.button('stop-measure').click();
    await map.status.getByText(/files in memory/).waitFor({ timeout: 60_000 });
    await expect.poll(() => map.page.locator('[aria-label*="fidelity"]').count(), { timeout: 30_000 }).toBeGreaterThan(0);
  });

  it('outlines what the last answer read', async () => {
    expect(await map.outlined.count()).toBe(0);
    await workbench.runCommand('Shorthand: Open Chat');
    await chat.page.waitFor({ timeout: 60_000 });
    await chat.ask('What does the class DisposableStore do?');
    await expect.poll(() => chat.state(), { timeout: 60_000 }).toBe('answered');
    await expect.poll(() => map.outlined.count(), { timeout: 20_000 }).toBeGreaterThan(0);
    await screenshots('map');
  });

  it('shows its data as a table, and opens a file from the picture', async () => {
    await map.button('table-toggle').click();
    await map.button('table').getByRole('row', { name: /errors\.ts/ }).waitFor();
    await workbench.screenshot('map-table');
    await map.tile('errors.ts').focus();
    await session.page.keyboard.press('Enter');
    await session.page.locator('.tab.active', { hasText: 'errors.ts' }).waitFor();
  });

  it('is there again after the window was reloaded', async () => {
    await workbench.runCommand('Shorthand: Show Memory Map');
    await map.tile('errors.ts').waitFor({ timeout: 60_000 });
    await workbench.reloadWindow();
    await map.tile('errors.ts').waitFor({ timeout: 60_000 });
    await map.button('table').getByRole('row', { name: /errors\.ts/ }).waitFor();
  });
});

describe('what the model remembers', () => {
  it('stands beside the file, with the fidelity of each window', async () => {
    await workbench.openFile('errors.ts');
    // Without the side bars there is room for both sides.
    for (const [part, key] of [['auxiliarybar', 'Control+Alt+B'], ['sidebar', 'Control+B']] as const) {
      await session.page.keyboard.press(key);
      await session.page.locator(`.part.${part}`).waitFor({ state: 'hidden' });
    }
    await workbench.runCommand('Shorthand: Show What the Model Remembers');
    await reconstruction.tab.waitFor({ timeout: 60_000 });
    expect(await reconstruction.tab.innerText()).toMatch(/errors\.ts ↔ What the Model Remembers \(8x\)/);
    await expect.poll(async () => (await reconstruction.labels('modified')).join('\n'), { timeout: 120_000 }).toMatch(/fidelity [\d.]+\s?% · window 1 of \d+ · fidelity of the whole file/);
    expect((await reconstruction.labels('original')).join('\n')).toMatch(/fidelity [\d.]+\s?% · window 1 of (\d+) · lines 1–\d+ · 8x · \d+ tokens in \d+ slots/);
    expect((await reconstruction.text()).trim()).not.toBe('');
    // What a model recalls is not the user's code: nothing checks it.
    expect(await reconstruction.tab.getAttribute('aria-label')).not.toMatch(/problem/i);
    await screenshots('reconstruction');
  });

  it('explains fidelity in a hover', async () => {
    await session.page.locator('.monaco-diff-editor .editor.modified .view-line').first().hover();
    await workbench.hoverWith('Fidelity is the share').waitFor({ timeout: 20_000 });
    await workbench.screenshot('reconstruction-hover');
    await workbench.takeMouseAway();
  });

  it('offers a refresh when the file has changed, and keeps what came when that is cancelled', async () => {
    const text = fs.readFileSync(fileOf('errors.ts'), 'utf8');
    fs.writeFileSync(fileOf('errors.ts'), `export const added = 1;\n${text.repeat(12)}`);
    await expect.poll(async () => (await reconstruction.labels('modified')).join('\n'), { timeout: 30_000 }).toMatch(/has changed since: refresh/);
    await reconstruction.refresh.click();
    const progress = workbench.notification(/what it remembers of errors\.ts.*[1-9]\d* of \d+ windows/s);
    await progress.waitFor({ timeout: 60_000 });
    await progress.hover();
    await progress.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(async () => (await reconstruction.labels('modified')).join('\n'), { timeout: 30_000 }).toMatch(/window 1 of \d+ .*Stopped after \d+ of \d+ windows/);
    await workbench.screenshot('reconstruction-stopped');
  });
});

describe('the console', () => {
  it('has no complaint about Shorthand', () => {
    expect(session.complaints()).toEqual([]);
  });
});
