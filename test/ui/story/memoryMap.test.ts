import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Chat } from './support/chat';
import { MemoryMap } from './support/memoryMap';
import { Session } from './support/session';
import { Workbench } from './support/workbench';

let session: Session;
let workbench: Workbench;
let chat: Chat;
let map: MemoryMap;

const themes = [
  ['light', 'Light Modern', '.vs'],
  ['high-contrast', 'Default High Contrast', '.hc-black'],
  ['dark', 'Dark Modern', '.vs-dark'],
] as const;

beforeAll(async () => {
  session = await Session.open({ sources: ['src/common'] });
  workbench = new Workbench(session.page, 'memory-map');
  chat = new Chat(session.page);
  map = new MemoryMap(session.page);
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    await workbench.screenshot('failure');
  }
});

afterAll(() => session.close());

/** Takes a picture of what is shown, in every theme. */
async function screenshots(name: string): Promise<void> {
  for (const [theme, label, workbenchClass] of themes) {
    await session.changeSettings({ 'workbench.colorTheme': label });
    await session.page.locator(`.monaco-workbench${workbenchClass}`).waitFor({ timeout: 20_000 });
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
    await session.page.reload();
    await workbench.untilReady();
    await map.tile('errors.ts').waitFor({ timeout: 60_000 });
    await map.button('table').getByRole('row', { name: /errors\.ts/ }).waitFor();
  });
});

describe('the console', () => {
  it('has no complaint about Shorthand', () => {
    expect(session.consoleErrors.filter(text => /content security policy|shorthand\.shorthand|map\.js/i.test(text))).toEqual([]);
  });
});
