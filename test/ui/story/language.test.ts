import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inRoot } from '../../../scripts/lib/paths.mjs';
import { Chat } from './support/chat';
import { keepFailures } from './support/keepFailures';
import { MemoryMap } from './support/memoryMap';
import { Session } from './support/session';
import { Workbench } from './support/workbench';

/** A translated text by its key; English has another one. */
function translations(file: string, language: string): (key: string) => string {
  const texts = JSON.parse(fs.readFileSync(inRoot(`${file}.${language}.json`), 'utf8')) as Record<string, string>;
  const english = JSON.parse(fs.readFileSync(inRoot(`${file}.json`), 'utf8')) as Record<string, string>;
  return key => {
    expect(texts[key]).not.toBe(english[key]);
    return texts[key] ?? '';
  };
}

describe.each(['ko', 'de'])('VS Code in %s', language => {
  const manifestText = translations('package.nls', language);
  const text = translations('l10n/bundle.l10n', language);
  let session: Session;
  let workbench: Workbench;
  let chat: Chat;

  beforeAll(async () => {
    session = await Session.open({ language, sources: ['src/common'], settings: { 'security.workspace.trust.enabled': false } });
    workbench = new Workbench(session.page, `language-${language}`);
    chat = new Chat(session.page);
  });

  keepFailures(() => workbench);

  afterAll(() => session.close());

  it('names commands in the language, and says what was compressed', async () => {
    await workbench.untilReady();
    await workbench.runCommand(`Shorthand: ${manifestText('command.compressWorkspace.title')}`);
    const result = text("{0} files: {1} tokens in {2} slots ({3}x)").replaceAll(/[()]/g, String.raw`\$&`).replaceAll(/\{\d\}/g, String.raw`[\d.,]+`);
    await workbench.notification(new RegExp(result)).waitFor({ timeout: 150_000 });
    await workbench.screenshot('compressed');
    await workbench.clearNotifications();
  });

  it('shows the chat in the language', async () => {
    await workbench.runCommand(`Shorthand: ${manifestText('command.openChat.title')}`);
    await chat.page.waitFor({ timeout: 60_000 });
    await chat.page.getByText(text("What does this project do?")).waitFor();
    await chat.ask(text("What does this project do?"));
    await expect.poll(() => chat.state(), { timeout: 60_000 }).toBe('answered');
    await chat.lastTurn.getByText(text("You"), { exact: true }).waitFor();
    await workbench.screenshot('answered');
  });

  it('shows the memory in the language', async () => {
    await session.page.locator('.pane-header', { hasText: manifestText('view.memory.name') }).waitFor();
    await workbench.screenshot('memory');
  });

  it('shows the memory map in the language', async () => {
    await workbench.runCommand(`Shorthand: ${manifestText('command.showMemoryMap.title')}`);
    const map = new MemoryMap(session.page);
    await map.page.getByText(text("Measure Fidelity")).waitFor({ timeout: 30_000 });
    await workbench.screenshot('map');
  });
});
