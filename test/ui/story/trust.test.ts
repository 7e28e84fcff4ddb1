import { afterAll, beforeAll, it } from 'vitest';
import { keepFailures } from './support/keepFailures';
import { Session } from './support/session';
import { Workbench } from './support/workbench';

let session: Session;
let workbench: Workbench;

beforeAll(async () => {
  // A workspace of strangers wants a model of its own to be loaded.
  session = await Session.open({ sources: ['src/common'], workspaceSettings: { 'shorthand.models.active': '/no/such/bundle', 'shorthand.compression.background': false } });
  workbench = new Workbench(session.page, 'trust');
});

keepFailures(() => workbench);

afterAll(() => session.close());

it('ignores the model of a workspace that is not trusted, and works', async () => {
  await session.page.locator('.monaco-dialog-box').getByRole('button', { name: "No, I don't trust the authors" }).click({ timeout: 60_000 });
  await workbench.untilReady();
  await workbench.runCommand('Shorthand: Compress Workspace');
  await workbench.notification(/[\d,]+ files: [\d,]+ tokens in [\d,]+ slots/).waitFor({ timeout: 120_000 });
  await workbench.screenshot('restricted');
  await workbench.clearNotifications();
});

it('takes the setting once the workspace is trusted', async () => {
  await workbench.runCommand('Workspaces: Manage Workspace Trust');
  await session.page.locator('.workspace-trust-editor').getByRole('button', { name: /^Trust/ }).first().click({ timeout: 20_000 });
  await session.page.locator('.workspace-trust-editor').getByText('You trust this').first().waitFor({ timeout: 20_000 });
  await workbench.closeModalEditor();
  await workbench.runCommand('Shorthand: Compress Workspace');
  await workbench.notification(/The model is not there/).waitFor({ timeout: 60_000 });
  await workbench.screenshot('trusted');
  await workbench.clearNotifications();
});

it('reports the difference in the diagnostics', async () => {
  await workbench.runCommand('Shorthand: Show Diagnostics');
  await session.page.locator('.tab.active', { hasText: /Untitled|Shorthand diagnostics/ }).waitFor({ timeout: 20_000 });
  await workbench.editor.locator('.view-line', { hasText: 'Shorthand diagnostics' }).first().waitFor();
  await workbench.screenshot('diagnostics');
});
