import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { vsixPath } from '../../../scripts/lib/vsix.mjs';
import { Chat } from './support/chat';
import { keepFailures } from './support/keepFailures';
import { Session } from './support/session';
import { Walkthrough } from './support/walkthrough';
import { Workbench } from './support/workbench';

let session: Session;
let workbench: Workbench;
let walkthrough: Walkthrough;

beforeAll(async () => {
  // A newcomer has VS Code's own welcome page: it lists new walkthroughs, or opens them, as the place of VS Code decides.
  session = await Session.open({ sources: ['src/common'], installed: false, settings: { 'workbench.startupEditor': 'welcomePage' } });
  workbench = new Workbench(session.page, 'walkthrough');
  walkthrough = new Walkthrough(session.page);
});

keepFailures(() => workbench);

afterAll(() => session.close());

it('is offered as soon as the extension is installed', async () => {
  const { page } = session;
  await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Yes, I trust the authors' }).click({ timeout: 60_000 });
  await page.locator('.explorer-viewlet .monaco-list-row').first().waitFor({ timeout: 60_000 });
  await workbench.runCommand('Extensions: Install from VSIX...');
  const input = page.locator('.quick-input-widget .quick-input-filter input');
  await expect.poll(() => input.inputValue(), { timeout: 20_000 }).toMatch(/\/$/);
  await input.fill(`${path.dirname(vsixPath())}/`);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: path.basename(vsixPath()) }).click({ timeout: 20_000 });
  // A click chooses the file; where it only filled its name in, the button installs it.
  await page.locator('.quick-input-widget').getByRole('button', { name: 'Install' }).click({ timeout: 2000 }).catch(() => undefined);
  await walkthrough.start();
  await walkthrough.picture();
  await workbench.screenshot('opened');
});

it('leads to the memory of the workspace', async () => {
  await walkthrough.press('Compress Workspace');
  await workbench.notification(/[\d,]+ files: [\d,]+ tokens in [\d,]+ slots/).waitFor({ timeout: 120_000 });
  await walkthrough.done('Compress your files').waitFor();
  await workbench.screenshot('compressed');
  await workbench.clearNotifications();
  await walkthrough.open('Look at the memory');
  await walkthrough.press('Show Memory');
  await walkthrough.done('Look at the memory').waitFor();
  await workbench.screenshot('memory');
});

it('leads to the first answer', async () => {
  await walkthrough.open('Ask a question');
  await walkthrough.press('Open Chat');
  const chat = new Chat(session.page);
  await chat.field.waitFor({ timeout: 60_000 });
  await chat.ask('What does the class DisposableStore do?');
  await expect.poll(() => chat.state(), { timeout: 60_000 }).toBe('answered');
  await walkthrough.done('Ask a question').waitFor();
  await workbench.screenshot('answered');
});

it('leads to the settings', async () => {
  await walkthrough.open('Make it yours');
  await walkthrough.press('Open Settings');
  await session.page.locator('.settings-editor').getByText('Compression: Ratio').first().waitFor({ timeout: 30_000 });
  await workbench.screenshot('settings');
  await workbench.closeModalEditor();
});

it.each(['light', 'high-contrast'] as const)('comes back by command and fits the theme: %s', async theme => {
  await session.changeTheme(theme);
  await workbench.runCommand('Shorthand: Get Started');
  await walkthrough.open('Look at the memory');
  await walkthrough.picture();
  await workbench.screenshot(theme);
});
