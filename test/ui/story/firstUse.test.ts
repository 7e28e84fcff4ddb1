import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chat } from './support/chat';
import { keepFailures } from './support/keepFailures';
import { Session } from './support/session';
import { Workbench } from './support/workbench';

let session: Session;
let workbench: Workbench;
let chat: Chat;

beforeAll(async () => {
  session = await Session.open();
  workbench = new Workbench(session.page, 'first-use');
  chat = new Chat(session.page);
});

keepFailures(() => workbench);

afterAll(() => session.close());

/** Compresses by the palette and waits for the final message. */
async function compress(result: RegExp): Promise<void> {
  await workbench.runCommand('Shorthand: Compress Workspace');
  await workbench.notification(result).waitFor({ timeout: 150_000 });
}

const encoded = /[\d,]+ files: [\d,]+ tokens in [\d,]+ slots/;
/** A small model says little, fast. At this temperature it hardly finds an end, and there is time to watch it and to stop it. */
const longWinded = { 'shorthand.chat.temperature': 2, 'shorthand.chat.maxTokens': 400 };
const nothingEncoded = /Nothing to encode: [\d,]+ files are up to date/;

/** Asks, and gives the texts that were seen while the answer was written. */
async function watchAnswer(question: string): Promise<readonly string[]> {
  await chat.ask(question);
  const seen = new Set<string>();
  while ((await chat.state()) === 'running') {
    seen.add(await chat.answerText());
    if (seen.size === 3) {
      await workbench.screenshot('chat-streaming');
    }
    await sleep(60);
  }
  expect(await chat.state()).toBe('answered');
  return [...seen];
}

describe('the first use', () => {
  it('opens a folder of code and trusts it', async () => {
    await workbench.trustWorkspace();
    await workbench.screenshot('workspace');
  });

  it('compresses the workspace with visible progress', async () => {
    await workbench.runCommand('Shorthand: Compress Workspace');
    await workbench.notification(/\d+ of \d+ files/).waitFor({ timeout: 60_000 });
    await workbench.screenshot('compressing');
    await workbench.notification(encoded).waitFor({ timeout: 150_000 });
    await workbench.screenshot('compressed');
  });

  it('shows the state and the hardware in the status bar', async () => {
    expect(await workbench.statusBar.innerText()).toMatch(/Shorthand: CPU/);
    await workbench.clearNotifications();
  });

  it('encodes nothing the second time', async () => {
    await compress(nothingEncoded);
    await workbench.screenshot('compressed-again');
    await workbench.clearNotifications();
  });
});

describe('the chat', () => {
  it('opens in the secondary side bar', async () => {
    await workbench.runCommand('Shorthand: Open Chat');
    await chat.page.waitFor({ timeout: 60_000 });
    expect(await session.page.locator('.part.auxiliarybar').isVisible()).toBe(true);
    await chat.field.waitFor();
    await workbench.screenshot('chat-empty');
  });

  it('answers', async () => {
    await chat.ask('What does the class DisposableStore do?');
    await expect.poll(() => chat.state(), { timeout: 60_000 }).toBe('answered');
    expect(await chat.answerText()).not.toBe('');
    await workbench.screenshot('chat-answered');
  });

  it('says what was read and how long the first token took', async () => {
    const summary = chat.lastTurn.getByTestId('context-summary');
    expect(await summary.innerText()).toMatch(/Read \d+ files? .* slots .* first token [\d.]+ s/);
    await summary.click();
    const details = chat.lastTurn.getByTestId('context-details');
    await details.waitFor();
    expect(await details.innerText()).toMatch(/Prompt: [\d,]+ of [\d,]+ positions/);
    await workbench.screenshot('chat-context');
  });

  it('opens a file that was read', async () => {
    const link = chat.lastTurn.getByTestId('reveal').first();
    const file = path.basename(await link.innerText());
    await link.click();
    await session.page.locator('.tab.active', { hasText: file }).waitFor();
  });

  it('shows an answer as it is written', async () => {
    await session.changeSettings(longWinded);
    let texts: readonly string[] = [];
    // A small model may come to its end at once.
    for (let attempt = 0; attempt < 10 && texts.length < 3; attempt++) {
      texts = await watchAnswer('Describe every file of this workspace.');
    }
    expect(texts.length).toBeGreaterThan(2);
    expect(texts.at(-1)?.length).toBeGreaterThan(texts[1]?.length ?? 0);
  });

  it('stops an answer', async () => {
    for (let attempt = 0; attempt < 10 && !/stopped/i.test(await chat.lastTurn.innerText()); attempt++) {
      await chat.ask('Describe every file of this workspace again, at length.');
      // It may have come to its end before.
      await chat.stop.click({ timeout: 5000 }).catch(() => undefined);
      await expect.poll(() => chat.state(), { timeout: 30_000 }).not.toBe('running');
    }
    expect(await chat.lastTurn.innerText()).toMatch(/stopped/i);
    await workbench.screenshot('chat-stopped');
  });

  it('goes on after the stop', async () => {
    await session.changeSettings({ 'shorthand.chat.temperature': 0, 'shorthand.chat.maxTokens': 60 });
    await chat.ask('And what does it own?');
    await expect.poll(() => chat.state(), { timeout: 60_000 }).toBe('answered');
  });
});

describe('the hover', () => {
  it('offers an explanation', async () => {
    await workbench.openFile('disposable.ts');
    await workbench.hover('DisposableStore', 'Explain with Shorthand');
    await workbench.screenshot('hover-link');
  });

  it('explains the symbol after a click', async () => {
    await workbench.hoverWith('Explain with Shorthand').getByText('Explain with Shorthand').click();
    await workbench.hoverWith(/Read\s[\d,]+\sfiles?/).waitFor({ timeout: 60_000 });
    await workbench.screenshot('hover-explained');
    await session.page.keyboard.press('Escape');
  });
});

describe('later', () => {
  it('encodes only what an edit changed', async () => {
    // Else the background may be first, and there is nothing left to encode.
    await session.changeSettings({ 'shorthand.compression.background': 'off' });
    await workbench.editor.click();
    await session.page.keyboard.press('Control+End');
    await session.page.keyboard.type('\nexport const addedByTheStory = 1;\n');
    await session.page.keyboard.press('Control+S');
    await expect.poll(() => fs.readFileSync(path.join(session.workspace, 'src/common/disposable.ts'), 'utf8'), { timeout: 30_000 }).toContain('addedByTheStory');
    await compress(/Encoded (1 window|[23] windows), [\d,]+ were known/);
    await workbench.screenshot('compressed-after-edit');
    await workbench.clearNotifications();
  });

  it('knows everything after a restart of the window', async () => {
    await workbench.reloadWindow();
    await compress(nothingEncoded);
    await workbench.screenshot('after-restart');
    await workbench.clearNotifications();
    await expect.poll(() => session.engines()?.length ?? 1, { timeout: 20_000, message: 'one engine, the old one is gone' }).toBe(1);
  });

  it('forgets on command, after a question', async () => {
    await workbench.runCommand('Shorthand: Clear Memory');
    const dialog = session.page.locator('.monaco-dialog-box');
    await dialog.getByText(/It holds [\d,]+ slots/).waitFor({ timeout: 60_000 });
    await workbench.screenshot('clear-memory');
    await dialog.getByRole('button', { name: 'Clear Memory' }).click();
    await workbench.notification(/Memory cleared/).waitFor();
    await workbench.clearNotifications();
  });
});

describe('themes', () => {
  for (const theme of ['light', 'high-contrast'] as const) {
    it(`${theme} fits the chat`, async () => {
      await session.changeTheme(theme);
      await workbench.runCommand('Shorthand: Open Chat');
      await chat.page.waitFor();
      if ((await chat.turns.count()) === 0) {
        await chat.ask('What does this project do?');
      }
      await expect.poll(() => chat.state(), { timeout: 150_000 }).toBe('answered');
      await workbench.screenshot(`chat-${theme}`);
    });
  }
});

describe('the console', () => {
  it('has no complaint about Shorthand', () => {
    expect(session.complaints()).toEqual([]);
  });
});
