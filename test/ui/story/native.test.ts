import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepFailures } from './support/keepFailures';
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

keepFailures(() => workbench);

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
    await chat.steps.waitFor({ timeout: 60_000 });
    await workbench.screenshot('answered');
    await chat.openReferences();
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

  it('reads what is attached before everything else', async () => {
    await workbench.openFile('errors.ts');
    await workbench.editor.click();
    await session.page.keyboard.press('Control+Home');
    await session.page.keyboard.press('Shift+ArrowDown');
    await session.page.keyboard.press('Shift+ArrowDown');
    await workbench.runCommand('Add Selection to Chat');
    await chat.attached('errors.ts').waitFor({ timeout: 20_000 });
    await chat.ask('@shorthand What is this?');
    await chat.openReferences();
    await workbench.screenshot('attached');
    // Two whole lines: VS Code's own entry ends at the beginning of the third.
    await expect.poll(async () => (await chat.lastAnswer.locator('.monaco-list').first().innerText()).replaceAll(/\s/g, ''), { timeout: 20_000 }).toContain('errors.ts:1-2');
  });

  it('stops an answer under way, and goes on after that', async () => {
    await session.changeSettings({ 'shorthand.chat.temperature': 2, 'shorthand.chat.maxTokens': 1000 });
    await chat.ask('@shorthand Describe every file of this workspace, at length.');
    await chat.cancel.click({ timeout: 30_000 });
    await chat.cancel.waitFor({ state: 'hidden', timeout: 20_000 });
    await workbench.screenshot('stopped');
    const stopped = await chat.lastAnswer.innerText();
    expect(stopped).not.toMatch(/error|failed/i);
    await session.changeSettings({ 'shorthand.chat.maxTokens': 20 });
    await chat.ask('@shorthand What does the class Emitter do?');
    await chat.steps.waitFor({ timeout: 60_000 });
    expect(stopped).not.toMatch(/Used \d+ references?/);
  });

  it.each(['light', 'high-contrast'] as const)('fits the theme: %s', async theme => {
    await session.changeTheme(theme);
    await workbench.screenshot(theme);
    expect(await chat.answers.count()).toBeGreaterThanOrEqual(2);
  });
});
