import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepFailures } from './support/keepFailures';
import { Session } from './support/session';
import { Workbench } from './support/workbench';

let session: Session;
let workbench: Workbench;

beforeAll(async () => {
  session = await Session.open({ sources: ['src/common'], machineSettings: { 'shorthand.engine.executionProvider': 'cuda' } });
  workbench = new Workbench(session.page, 'providers');
});

keepFailures(() => workbench);

afterAll(() => session.close());

it('runs on the CPU where the provider that was asked for does not work, and tells why in the status bar', async () => {
  await workbench.trustWorkspace();
  await workbench.runCommand('Shorthand: Compress Workspace');
  await workbench.notification(/[\d,]+ files: [\d,]+ tokens in [\d,]+ slots/).waitFor({ timeout: 120_000 });
  await workbench.clearNotifications();
  await workbench.statusBar.filter({ hasText: 'Shorthand: CPU' }).waitFor();
  // The name for screen readers has the lines of the tooltip.
  const name = (await workbench.statusBar.getByRole('button').first().getAttribute('aria-label')) ?? '';
  expect(name).toMatch(/Runs on: CPU \(ONNX Runtime [\d.]+\), Memory of the model: about \d+ MB/);
  expect(name).toMatch(/CUDA: the library \S*onnxruntime_providers\S* can't be loaded\. It comes with ONNX Runtime's release for CUDA/);
  await workbench.statusBar.hover();
  await session.page.locator('.workbench-hover-container', { hasText: 'Runs on: CPU' }).waitFor({ timeout: 20_000 });
  await workbench.screenshot('status');
});

it('is a choice in the settings that says what each provider needs', async () => {
  await session.page.mouse.move(600, 300);
  await workbench.runCommand('Preferences: Open Settings (UI)');
  // The search has the focus. What a machine decides stands under the remote one's name where VS Code runs in a server.
  const editor = session.page.locator('.settings-editor');
  await editor.locator('.settings-tabs-widget').getByText('Remote').click({ timeout: 20_000 });
  await editor.locator('.suggest-input-container').click();
  await session.page.keyboard.type('shorthand execution provider');
  await editor.locator('.setting-item-contents', { hasText: 'What the models run on.' }).first().waitFor({ timeout: 20_000 });
  await workbench.screenshot('settings');
});
