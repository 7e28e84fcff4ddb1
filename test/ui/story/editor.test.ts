import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chat } from './support/chat';
import { EditorPane } from './support/editorPane';
import { keepFailures } from './support/keepFailures';
import { Session } from './support/session';
import { Workbench } from './support/workbench';

/** So alike that a small model, too, can go on. */
const colours = ['red', 'green', 'blue', 'black', 'white', 'grey', 'pink'];
const alike = `${colours.map(colour => `export function ${colour}(value: number): number {\n  return value + 1;\n}\n`).join('\n')}\nexport function brown`;

let session: Session;
let workbench: Workbench;
let editor: EditorPane;
let chat: Chat;

beforeAll(async () => {
  session = await Session.open({ sources: ['src/common'] });
  fs.writeFileSync(path.join(session.workspace, 'colours.ts'), alike);
  workbench = new Workbench(session.page, 'editor');
  editor = new EditorPane(session.page);
  chat = new Chat(session.page);
});

keepFailures(() => workbench);

afterAll(() => session.close());

/** The names on the chips of what is attached. */
async function attached(): Promise<string> {
  return (await chat.chips.count()) === 0 ? '' : (await chat.chips.allInnerTexts()).join(' ');
}

describe('the menu of the editor', () => {
  it('explains the symbol under the mouse in its hover', async () => {
    await workbench.trustWorkspace();
    await workbench.openFile('disposable.ts');
    const menu = await editor.openMenu(editor.word('DisposableStore'));
    await workbench.screenshot('menu-symbol');
    expect(await menu.innerText()).not.toContain('Ask Shorthand About Selection');
    await menu.getByText('Explain with Shorthand').click();
    await workbench.hoverWith(/Read\s[\d,]+\sfiles?/).waitFor({ timeout: 60_000 });
    await workbench.screenshot('hover-explained');
  });

  it('carries the explanation on in the chat, the symbol attached', async () => {
    await workbench.hoverWith('Ask in Chat').getByText('Ask in Chat').click();
    await expect.poll(attached, { timeout: 30_000 }).toContain('DisposableStore');
    await workbench.screenshot('asked-in-chat');
  });

  it('asks about a selection: attached, with the focus where one types', async () => {
    await editor.selectLines(3);
    const menu = await editor.openMenu(editor.element.locator('.view-line').first());
    await workbench.screenshot('menu-selection');
    await menu.getByText('Ask Shorthand About Selection').click();
    await expect.poll(attached, { timeout: 30_000 }).toContain('disposable.ts');
    await chat.focusedField.waitFor();
    await session.page.keyboard.type('Why?');
    await expect.poll(() => chat.field.inputValue()).toBe('Why?');
    await workbench.screenshot('asked-about-selection');
    await session.page.keyboard.press('Enter');
    await expect.poll(() => chat.state(), { timeout: 60_000 }).toBe('answered');
  });

  it('asks about a selection by the keyboard', async () => {
    await editor.selectLines(2);
    await session.page.keyboard.press('Control+K');
    await session.page.keyboard.press('q');
    await expect.poll(attached, { timeout: 30_000 }).toContain('disposable.ts');
  });

  it('asks about a selection while the log has the focus', async () => {
    await chat.chips.first().press('Delete');
    await expect.poll(attached).toBe('');
    await workbench.focusLog();
    await workbench.runCommand('Ask Shorthand About Selection');
    await expect.poll(attached, { timeout: 30_000 }).toContain('disposable.ts');
    // The chat takes the focus last.
    await chat.focusedField.waitFor();
    await workbench.hidePanel();
  });

  it('explains the symbol at the cursor while the log has the focus', async () => {
    await editor.word('DisposableStore').click();
    await workbench.focusLog();
    await workbench.runCommand('Explain with Shorthand');
    await workbench.hoverWith(/Read\s[\d,]+\sfiles?/).waitFor({ timeout: 60_000 });
    await session.page.keyboard.press('Escape');
    await workbench.hidePanel();
  });

  it('says what is missing', async () => {
    await editor.toTop();
    await workbench.runCommand('Ask Shorthand About Selection');
    await workbench.notification('Select some code first.').waitFor();
    await workbench.clearNotifications();
  });
});

describe('the light bulb', () => {
  it('explains a selection in the chat', async () => {
    const before = await chat.turns.count();
    await editor.selectLines(4);
    const action = await editor.openLightBulb('Explain with Shorthand');
    await workbench.screenshot('light-bulb');
    await action.click();
    await chat.turns.nth(before).waitFor();
    await expect.poll(() => chat.state(), { timeout: 60_000 }).toBe('answered');
    await workbench.screenshot('selection-explained');
  });
});

describe('inline completion', () => {
  it('is off until it is switched on', async () => {
    await workbench.runCommand('Shorthand: Turn Inline Completion On or Off');
    await session.page.locator('.statusbar', { hasText: 'inline completion is on' }).waitFor();
  });

  it('offers to go on, as text that is not there yet', async () => {
    await workbench.openFile('colours.ts');
    await editor.toEnd();
    await session.page.keyboard.type('(');
    await editor.ghostText.waitFor({ timeout: 60_000 });
    await workbench.screenshot('ghost-text');
    expect(fs.readFileSync(path.join(session.workspace, 'colours.ts'), 'utf8').length).toBeLessThanOrEqual(alike.length + '()'.length);
  });

  it('puts it in with Tab', async () => {
    await session.page.keyboard.press('Tab');
    await editor.ghostText.waitFor({ state: 'hidden' });
    await expect.poll(() => editor.text()).toMatch(/brown\([^)\n]/);
    await workbench.screenshot('accepted');
  });

  it('says in the menu of the status bar how many were accepted', async () => {
    // What the switch has said may still stand beside it.
    await session.page.locator('.statusbar-item', { hasText: 'Shorthand: CPU' }).click();
    const entry = session.page.locator('.quick-input-list .monaco-list-row', { hasText: /1 of [1-9]\d* completions? accepted/ });
    await entry.waitFor();
    await workbench.screenshot('accept-rate');
    await session.page.keyboard.press('Escape');
  });

  it('says so in the diagnostics that are pasted into an issue', async () => {
    await workbench.runCommand('Shorthand: Show Diagnostics');
    await session.page.locator('.tab.active', { hasText: '# Shorthand diagnostics' }).waitFor({ timeout: 30_000 });
    await expect.poll(() => editor.text(), { timeout: 30_000 }).toMatch(/Inline completions: [1-9]\d* shown, 1 accepted \(\d+ %\)/);
    await workbench.screenshot('diagnostics');
  });

  it('counts from zero on command', async () => {
    await workbench.runCommand('Shorthand: Reset Completion Counts');
    await workbench.notification(/Until now: 1 of [1-9]\d* completions accepted/).waitFor();
    await workbench.clearNotifications();
  });
});

describe('the accessibility help', () => {
  it('opens as text by command', async () => {
    await workbench.runCommand('Shorthand: Open Accessibility Help');
    await session.page.locator('.tab.active', { hasText: 'Shorthand Accessibility Help' }).waitFor({ timeout: 30_000 });
    await expect.poll(() => editor.text(), { timeout: 30_000 }).toMatch(/CHAT[^]*Escape stops an answer[^]*MEMORY[^]*HOVER/);
    await workbench.screenshot('accessibility-help');
  });
});

describe('themes', () => {
  for (const theme of ['light', 'high-contrast'] as const) {
    it(`${theme} fits the explanation`, async () => {
      await session.changeTheme(theme);
      await session.page.locator('.tab', { hasText: 'disposable.ts' }).click();
      await workbench.hover('DisposableStore', 'Ask in Chat');
      await workbench.screenshot(`hover-${theme}`);
      await session.page.keyboard.press('Escape');
    });

    it(`${theme} fits text that is offered`, async () => {
      await session.page.locator('.tab', { hasText: 'colours.ts' }).click();
      await editor.toEnd();
      await session.page.keyboard.type(theme === 'light' ? '\n\nexport function violet(' : '\n\nexport function purple(');
      await editor.ghostText.waitFor({ timeout: 60_000 });
      await workbench.screenshot(`ghost-text-${theme}`);
      await session.page.keyboard.press('Escape');
      await editor.ghostText.waitFor({ state: 'hidden' });
    });
  }
});
