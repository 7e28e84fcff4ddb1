import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NativeChat } from './support/nativeChat';
import { Session } from './support/session';
import { Workbench } from './support/workbench';

let session: Session;
let workbench: Workbench;
let chat: NativeChat;

beforeAll(async () => {
  session = await Session.open({
    sources: ['src/common'],
    settings: { 'chat.disableAIFeatures': false, 'workbench.secondarySideBar.defaultVisibility': 'visible', 'shorthand.chat.maxTokens': 60 },
  });
  workbench = new Workbench(session.page, 'native');
  chat = new NativeChat(session.page);
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    await workbench.screenshot('failure');
  }
});

afterAll(() => session.close());

describe("VS Code's own chat", () => {
  it('offers the local model, with an honest name', async () => {
    await workbench.trustWorkspace();
    // VS Code's agent wants a model that calls tools; a plain question takes any.
    await workbench.runCommand('Chat: Open Chat (Ask)');
    await chat.input.getByText('local, very small').first().waitFor({ timeout: 60_000 });
    await workbench.screenshot('chat');
  });

  it('answers @shorthand from the workspace, and lists what was read', async () => {
    await chat.ask('@shorthand What does the class DisposableStore do?');
    await chat.lastAnswer.getByText(/Completed \d+ steps?/).click({ timeout: 60_000 });
    await workbench.screenshot('answered');
    await chat.lastAnswer.getByText(/Used \d+ references?/).first().click();
    await workbench.screenshot('references');
    await chat.lastAnswer.getByText('disposable.ts').first().waitFor({ timeout: 10_000 });
  });

  it('finds code without the model', async () => {
    await chat.ask('@shorthand /find class DisposableStore');
    const place = chat.lastAnswer.getByText('disposable.ts').first();
    await place.waitFor({ timeout: 60_000 });
    await workbench.screenshot('found');
    await place.click();
    await session.page.locator('.tab.active', { hasText: 'disposable.ts' }).waitFor();
  });

  it.each([
    ['light', 'Light Modern', 'vs'],
    ['high-contrast', 'Default High Contrast', 'hc-black'],
  ])('fits the theme: %s', async (name, theme, themeClass) => {
    await session.changeSettings({ 'workbench.colorTheme': theme });
    await session.page.locator(`.monaco-workbench.${themeClass}`).waitFor({ timeout: 20_000 });
    await workbench.screenshot(name);
    expect(await chat.answers.count()).toBeGreaterThanOrEqual(2);
  });
});
