import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chat } from './support/chat';
import { attempts, conversationFiles, lastAsked, rewriteConversation } from './support/conversations';
import { keepFailures } from './support/keepFailures';
import { Session } from './support/session';
import { Workbench } from './support/workbench';

const code = 'export const fromTheChat = 1;';
const timeout = 60_000;

let session: Session;
let workbench: Workbench;
let chat: Chat;
/** The file that the first answer read first. */
let readFile = '';

beforeAll(async () => {
  session = await Session.open({ sources: ['src/common'], settings: { 'shorthand.chat.maxTokens': 40, 'files.autoSave': 'off' } });
  workbench = new Workbench(session.page, 'chat');
  chat = new Chat(session.page);
  await workbench.trustWorkspace();
  await workbench.runCommand('Shorthand: Open Chat');
  await chat.field.waitFor();
});

keepFailures(() => workbench);

afterAll(() => session.close());

function answered(): Promise<void> {
  return expect.poll(() => chat.state(), { timeout }).toBe('answered');
}

/** The text of the editor that is shown, as far as it is in sight. */
async function editorText(): Promise<string> {
  const text = await workbench.editor.locator('.view-lines').innerText();
  return text.replaceAll('\u00a0', ' ');
}

function input() {
  return session.page.locator('.quick-input-widget .quick-input-filter input');
}

function rows() {
  return session.page.locator('.quick-input-list .monaco-list-row');
}

describe('a conversation', () => {
  it('is called by its first question', async () => {
    await chat.ask('What does the class DisposableStore do?');
    await answered();
    expect(await chat.title.textContent()).toBe('What does the class DisposableStore do?');
  });

  it('asks again, in place', async () => {
    const [file = ''] = conversationFiles(path.dirname(session.workspace));
    await expect.poll(() => attempts(file), { timeout }).toBe(0);
    await chat.lastTurn.getByTestId('ask-again').click();
    await expect.poll(() => attempts(file), { timeout }).toBe(1);
    await answered();
    expect(await chat.turns.count()).toBe(1);
  });

  it('asks an edited question in place of those after it, and takes it back', async () => {
    await chat.ask('What does the class Emitter do?');
    await answered();
    await chat.turns.first().getByTestId('edit').click();
    await chat.page.getByTestId('edit-field').fill('Where is assertNever defined?');
    await chat.page.getByTestId('edit-field').press('Enter');
    await expect.poll(() => chat.questions, { timeout }).toEqual(['Where is assertNever defined?']);
    await answered();
    await chat.undoBar.getByText('The question was replaced, and the one after it removed.').waitFor();
    await workbench.screenshot('edited');
    await chat.undo.click();
    await chat.undo.waitFor({ state: 'hidden' });
    await expect.poll(() => chat.questions, { timeout }).toEqual(['What does the class DisposableStore do?', 'What does the class Emitter do?']);
  });

  it('is there again after a reload of the window', async () => {
    const [file = ''] = conversationFiles(path.dirname(session.workspace));
    await session.page.goto('about:blank');
    rewriteConversation(file, name => {
      readFile = name;
      return `See \`${name}:2\` and ${name}:1-3.\n\n1. First:\n\n\`\`\`ts\n${code}\n\`\`\`\n\n2. Then the rest.`;
    });
    await session.page.goBack();
    await workbench.untilReady();
    await workbench.runCommand('Shorthand: Open Chat');
    await expect.poll(() => chat.questions, { timeout }).toEqual(['What does the class DisposableStore do?', 'What does the class Emitter do?']);
    await chat.codeButton('copy').waitFor();
    await chat.turns.first().scrollIntoViewIfNeeded();
    await workbench.screenshot('reloaded');
  });

  it('offers to ask again what the end of a window interrupted', async () => {
    await chat.lastTurn.getByText('This answer was interrupted.').waitFor();
    await chat.lastTurn.getByTestId('retry').click();
    await answered();
  });
});

describe('an answer', () => {
  it('links the files that it names, at their lines', async () => {
    await chat.turns.first().getByTestId('citation').first().click();
    await session.page.locator('.tab.active', { hasText: path.basename(readFile) }).waitFor();
    await session.page.locator('.statusbar-item', { hasText: 'Ln 2, Col 1' }).waitFor();
    await chat.turns.first().getByTestId('source').first().click();
    await session.page.locator('.statusbar-item', { hasText: /selected/ }).waitFor();
  });

  it('gives code to the clipboard', async () => {
    await chat.codeButton('copy').click();
    await session.page.locator('.statusbar-item', { hasText: 'Code copied' }).waitFor();
  });

  it('inserts code at the cursor, as one step that can be undone', async () => {
    await chat.turns.first().getByTestId('citation').first().click();
    await session.page.locator('.statusbar-item', { hasText: 'Ln 2, Col 1' }).waitFor();
    await chat.codeButton('insert').click();
    await expect.poll(editorText, { timeout }).toContain(code);
    await workbench.editor.click();
    await session.page.keyboard.press('Control+Z');
    await expect.poll(editorText, { timeout }).not.toContain(code);
  });

  it('inserts code into the file in front, too, while the log has the focus', async () => {
    await workbench.focusLog();
    await chat.codeButton('insert').click();
    await expect.poll(editorText, { timeout }).toContain(code);
    await workbench.editor.click();
    await session.page.keyboard.press('Control+Z');
    await expect.poll(editorText, { timeout }).not.toContain(code);
    await workbench.hidePanel();
  });

  it('compares before it applies code, and applies it when told to', async () => {
    await workbench.openFile(path.basename(readFile));
    await session.page.keyboard.press('Control+Home');
    await chat.codeButton('apply').click();
    await session.page.locator('.tab.active', { hasText: 'replace the whole file?' }).waitFor();
    await session.page.locator('.monaco-diff-editor .modified-in-monaco-diff-editor, .monaco-diff-editor .editor.modified').getByText('fromTheChat').first().waitFor();
    await workbench.screenshot('compared');
    await session.page.getByRole('button', { name: 'Discard Proposed Code' }).first().click();
    await session.page.locator('.tab', { hasText: 'replace the whole file?' }).waitFor({ state: 'detached' });
    expect(await editorText()).not.toContain(code);
    await chat.codeButton('apply').click();
    await session.page.getByRole('button', { name: 'Apply Proposed Code' }).first().click();
    await session.page.locator('.tab', { hasText: 'replace the whole file?' }).waitFor({ state: 'detached' });
    await expect.poll(async () => (await editorText()).trim(), { timeout }).toBe(code);
    await workbench.editor.click();
    await session.page.keyboard.press('Control+Z');
    await expect.poll(editorText, { timeout }).not.toContain(code);
  });

  it('makes a file of code, unsaved, at a path that the user chooses', async () => {
    await chat.codeButton('create').click();
    await expect.poll(() => input().inputValue(), { timeout }).toBe('new-file.ts');
    await input().fill('../outside.ts');
    await session.page.locator('.quick-input-message', { hasText: 'Name a file inside the folder.' }).waitFor();
    await input().fill('made/byTheChat.ts');
    await session.page.keyboard.press('Enter');
    await session.page.locator('.tab.active.dirty', { hasText: 'byTheChat.ts' }).waitFor();
    await expect.poll(editorText, { timeout }).toContain(code);
    await workbench.screenshot('created');
  });
});

describe('slash commands', () => {
  it('say what they lack', async () => {
    // The space closes the list of commands: in it, Enter chooses.
    await chat.ask('/find ');
    await chat.lastTurn.getByTestId('incomplete').waitFor();
    expect(await chat.lastTurn.innerText()).toContain('Say what to look for');
  });

  it('find places without the model', async () => {
    await chat.ask('/find class DisposableStore');
    const place = chat.lastTurn.getByTestId('found-place').first();
    await place.waitFor({ timeout });
    await workbench.screenshot('found');
    const name = path.basename((await place.innerText()).replace(/:.*/, ''));
    await place.click();
    await session.page.locator('.tab.active', { hasText: name }).waitFor();
  });

  it('explain the symbol at the cursor', async () => {
    await workbench.openFile('assertNever.ts');
    await session.page.keyboard.press('Control+Home');
    await workbench.editor.getByText('assertNever', { exact: true }).first().click();
    await chat.ask('/explain ');
    await answered();
    expect((await chat.questions).at(-1)).toBe('/explain');
    const summary = chat.lastTurn.getByTestId('context-summary');
    await summary.click();
    await chat.lastTurn.getByText('assertNever.ts').first().waitFor();
  });

  it.each([
    ['/tests', 'Write tests for `assertNever`.'],
    ['/doc', 'Write a documentation comment for `assertNever`.'],
  ])('%s asks about the symbol at the cursor, with one Enter', async (command, question) => {
    const [file = ''] = conversationFiles(path.dirname(session.workspace));
    await chat.field.fill('');
    await chat.field.pressSequentially(command);
    await chat.field.press('Enter');
    await expect.poll(async () => (await chat.questions).at(-1), { timeout }).toBe(command);
    await answered();
    await expect.poll(() => lastAsked(file), { timeout }).toEqual({ question, lines: '2-4' });
    await chat.lastTurn.getByTestId('context-summary').click();
    await chat.lastTurn.getByText('assertNever.ts').first().waitFor();
    await workbench.screenshot(command.slice(1));
  });

  it('are asked again about the same code where it stands now, wherever the cursor is', async () => {
    const [file = ''] = conversationFiles(path.dirname(session.workspace));
    await workbench.editor.click();
    await session.page.keyboard.press('Control+Home');
    await session.page.keyboard.press('Enter');
    await session.page.locator('.tab.active.dirty', { hasText: 'assertNever.ts' }).waitFor();
    await chat.lastTurn.getByTestId('ask-again').click();
    await expect.poll(() => lastAsked(file).lines, { timeout }).toBe('3-5');
    await answered();
    await workbench.editor.click();
    await session.page.keyboard.press('Control+Z');
    await session.page.locator('.tab.active:not(.dirty)', { hasText: 'assertNever.ts' }).waitFor();
  });
});

describe('conversations', () => {
  it('are several, and each is a click away', async () => {
    await workbench.runCommand('Shorthand: New Conversation');
    await expect.poll(() => chat.turns.count(), { timeout }).toBe(0);
    await chat.ask('What does the class Emitter do?');
    await answered();
    await chat.history.click();
    await expect.poll(() => rows().count(), { timeout }).toBe(2);
    await workbench.screenshot('history');
    await rows().filter({ hasText: 'DisposableStore' }).click();
    await expect.poll(() => chat.title.textContent(), { timeout }).toBe('What does the class DisposableStore do?');
  });

  it('have names', async () => {
    await workbench.runCommand('Shorthand: Rename Conversation');
    await expect.poll(() => input().inputValue(), { timeout }).toBe('What does the class DisposableStore do?');
    await input().fill('All about stores');
    await session.page.keyboard.press('Enter');
    await expect.poll(() => chat.title.textContent(), { timeout }).toBe('All about stores');
  });

  it('are exported as Markdown', async () => {
    await workbench.runCommand('Shorthand: Export Conversation as Markdown');
    await expect.poll(editorText, { timeout }).toContain('# All about stores');
    expect(await editorText()).toContain('## What does the class DisposableStore do?');
    await workbench.screenshot('exported');
  });

  it('are deleted, and brought back', async () => {
    await workbench.runCommand('Shorthand: Delete Conversation');
    await chat.undoBar.getByText('The conversation "All about stores" was deleted.').waitFor();
    await expect.poll(() => chat.turns.count(), { timeout }).toBe(0);
    await expect.poll(() => conversationFiles(path.dirname(session.workspace)).length, { timeout }).toBe(1);
    await workbench.screenshot('deleted');
    await chat.undo.click();
    await expect.poll(() => chat.title.textContent(), { timeout }).toBe('All about stores');
    await expect.poll(() => conversationFiles(path.dirname(session.workspace)).length, { timeout }).toBe(2);
  });
});

describe('themes', () => {
  for (const theme of ['light', 'high-contrast'] as const) {
    it(`${theme} fits the conversation`, async () => {
      await session.changeTheme(theme);
      await chat.turns.first().scrollIntoViewIfNeeded();
      await workbench.screenshot(theme);
    });
  }
});
