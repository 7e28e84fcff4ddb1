import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { launchChromium } from '../../../scripts/lib/vscode/chromium.mjs';
import { FakeHost } from './fakeHost';
import { pageFiles } from './pageFiles';
import { answered, chat, context, file, otherFile, running, selection, symbol } from './states';

let browser: Browser;
let browserContext: BrowserContext;
let files: ReadonlyMap<string, Buffer>;
let host: FakeHost;

beforeAll(async () => {
  [browser, files] = await Promise.all([launchChromium(), pageFiles()]);
});

afterAll(() => browser.close());

beforeEach(async () => {
  browserContext = await browser.newContext({ viewport: { width: 360, height: 700 } });
  host = await FakeHost.open(browserContext, files, chat());
  host.offers = [file, otherFile, symbol];
});

afterEach(async () => {
  await browserContext.close();
  expect(host.problems).toEqual([]);
});

function field() {
  return host.page.getByTestId('question-field').locator('textarea');
}

function options() {
  return host.page.getByTestId('completion');
}

/** A slow machine takes its time to show a snapshot or to pass a request on. */
function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 15_000 });
}

function focused(): Promise<unknown> {
  return host.page.evaluate("document.activeElement.dataset.testid ?? document.activeElement.tagName");
}

/** Types, and waits until the list is there. */
async function typeAndWait(text: string): Promise<void> {
  await field().focus();
  await host.page.keyboard.type(text);
  await options().first().waitFor();
}

test('offers files after @, chooses with arrows and Enter, and attaches', async () => {
  await typeAndWait('what does @');
  expect(await options().allInnerTexts()).toEqual(['queue.ts\nsrc', 'server.ts\nsrc/\u2026/inner/folder']);
  expect(await field().getAttribute('aria-activedescendant')).toBe('completion-list-0');
  expect(await host.page.getByTestId('completion-status').textContent()).toBe('2 suggestions');
  await host.page.keyboard.press('ArrowDown');
  expect(await options().nth(1).getAttribute('aria-selected')).toBe('true');
  await host.page.keyboard.press('ArrowDown');
  await host.page.keyboard.press('ArrowUp');
  await host.page.keyboard.press('Enter');
  expect(await field().inputValue()).toBe('what does @server.ts ');
  expect(await options().count()).toBe(0);
  expect(await field().getAttribute('aria-activedescendant')).toBe(null);
  await eventually(() => expect(host.asked('attach')).toEqual([{ attachment: otherFile }]));
  expect(host.asked('ask')).toEqual([]);
  await host.page.keyboard.type('do?');
  await host.page.keyboard.press('Enter');
  await eventually(() => expect(host.asked('ask')).toEqual([{ question: 'what does @server.ts do?' }]));
});

test('narrows the list while one types, and completes in the middle of a text with Tab', async () => {
  await field().fill('see  please');
  await host.page.evaluate("document.querySelector('textarea').setSelectionRange(4, 4)");
  await typeAndWait('#pu');
  expect(await options().allInnerTexts()).toEqual(['Queue.push\nsrc/queue.ts:12\u201320']);
  await host.page.keyboard.press('Tab');
  expect(await field().inputValue()).toBe('see #Queue.push please');
  expect(await focused()).toBe('TEXTAREA');
  await eventually(() => expect(host.asked('attach')).toEqual([{ attachment: symbol }]));
});

test('chooses with the mouse', async () => {
  await typeAndWait('@');
  await options().nth(1).click();
  expect(await field().inputValue()).toBe('@server.ts ');
  expect(await focused()).toBe('TEXTAREA');
});

test('offers the slash commands at the beginning only', async () => {
  await typeAndWait('/');
  expect((await options().allInnerTexts()).map(text => text.split('\n')[0])).toEqual(['/explain', '/find', '/tests', '/doc']);
  await host.page.keyboard.type('te');
  await eventually(async () => expect(await options().count()).toBe(1));
  await host.page.keyboard.press('Enter');
  expect(await field().inputValue()).toBe('/tests ');
  await host.page.keyboard.type('for /');
  expect(await options().count()).toBe(0);
});

test('Enter sends a command that is typed out and lacks nothing', async () => {
  await typeAndWait('/find');
  await host.page.keyboard.press('Enter');
  expect(await field().inputValue()).toBe('/find ');
  await host.page.keyboard.type('the queue');
  // The caret may stand at the command: the list is open again.
  await host.page.keyboard.press('Home');
  for (let i = 0; i < '/find'.length; i++) {
    await host.page.keyboard.press('ArrowRight');
  }
  await options().first().waitFor();
  await host.page.keyboard.press('Enter');
  await eventually(() => expect(host.asked('ask')).toEqual([{ question: '/find the queue' }]));
  await typeAndWait('/tests');
  await host.page.keyboard.press('Enter');
  await eventually(() => expect(host.asked('ask')).toEqual([{ question: '/find the queue' }, { question: '/tests' }]));
});

test('leaves Enter, Tab and Escape alone while the list is closed', async () => {
  host.show(chat([running()]));
  await host.page.getByTestId('stop').waitFor();
  await typeAndWait('@');
  await host.page.keyboard.press('Escape');
  expect(await options().count()).toBe(0);
  expect(host.asked('stop')).toEqual([]);
  await host.page.keyboard.press('Escape');
  await eventually(() => expect(host.asked('stop')).toEqual([undefined]));
  // Closed by hand, it stays closed for this name.
  await host.page.keyboard.type('qu');
  host.show(chat());
  await host.page.getByTestId('send').waitFor();
  expect(await options().count()).toBe(0);
  await host.page.keyboard.press('Enter');
  await eventually(() => expect(host.asked('ask')).toEqual([{ question: '@qu' }]));
});

test('what nothing matches stays plain text, and so does an address', async () => {
  await field().focus();
  await host.page.keyboard.type('mail me@queue.ts about @nothing');
  await eventually(() => expect(host.asked('complete')).toContainEqual({ kind: 'file', query: 'nothing' }));
  expect(await options().count()).toBe(0);
  await host.page.keyboard.press('Enter');
  await eventually(() => expect(host.asked('ask')).toEqual([{ question: 'mail me@queue.ts about @nothing' }]));
  expect(host.asked('attach')).toEqual([]);
});

test('an input method keeps its keys', async () => {
  await typeAndWait('@');
  await host.page.evaluate(`
    const field = document.querySelector('textarea');
    window.kept = !field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }));
  `);
  expect(await host.page.evaluate('window.kept')).toBe(false);
  expect(await options().count()).toBe(2);
  expect(host.asked('attach')).toEqual([]);
});

test('shows what is attached, opens it, and removes it by mouse and by keyboard', async () => {
  const { page } = host;
  host.attach({ attachments: [file, symbol, otherFile] });
  const chips = page.getByTestId('chip');
  await eventually(async () => expect(await chips.allInnerTexts()).toEqual(['queue.ts', 'Queue.push', 'server.ts']));
  expect(await chips.nth(1).getAttribute('title')).toBe('src/queue.ts:12\u201320');
  await chips.nth(1).click();
  await eventually(() => expect(host.asked('reveal')).toEqual([{ path: '/work/src/queue.ts', line: 12 }]));
  await page.getByRole('button', { name: 'Remove queue.ts' }).click();
  await eventually(() => expect(host.asked('detach')).toEqual([{ attachment: file }]));
  host.attach({ attachments: [symbol, otherFile] });
  await eventually(async () => expect(await chips.count()).toBe(2));
  // The focus goes to the chip that took the place.
  expect(await page.evaluate('document.activeElement.textContent.trim()')).toBe('Queue.push');
  await page.keyboard.press('Delete');
  await eventually(() => expect(host.asked('detach')).toHaveLength(2));
  host.attach({ attachments: [otherFile] });
  await eventually(async () => expect(await page.evaluate('document.activeElement.textContent.trim()')).toBe('server.ts'));
  await page.keyboard.press('Backspace');
  host.attach({ attachments: [] });
  await eventually(async () => expect(await focused()).toBe('TEXTAREA'));
  expect(await page.getByTestId('chips').isVisible()).toBe(false);
});

test('Backspace at the beginning of the field goes to the last chip', async () => {
  host.attach({ attachments: [file, symbol] });
  await host.page.getByTestId('chip').first().waitFor();
  await field().focus();
  await host.page.keyboard.press('Backspace');
  expect(await host.page.evaluate('document.activeElement.textContent.trim()')).toBe('Queue.push');
});

test('offers the selection as a dashed chip', async () => {
  host.attach({ attachments: [], selection });
  const offer = host.page.getByTestId('chip-offer');
  await offer.waitFor();
  expect(await offer.getAttribute('aria-label')).toBe('Add the selection: src/server.ts:3\u20139');
  await offer.focus();
  await host.page.keyboard.press('Enter');
  await eventually(() => expect(host.asked('attach')).toEqual([{ attachment: selection }]));
  host.attach({ attachments: [selection] });
  await host.page.getByTestId('chip').waitFor();
  expect(await offer.count()).toBe(0);
  expect(await focused()).toBe('TEXTAREA');
});

test('takes dropped files, and says what is not attached', async () => {
  const { page } = host;
  host.refusal = 'Not attached, because only files in the open folders are read: passwd.';
  await page.evaluate(`
    const data = new DataTransfer();
    data.setData('application/vnd.code.uri-list', 'file:///work/src/queue.ts\\r\\nfile:///etc/passwd');
    const transcript = document.querySelector('[data-testid=chat-page]');
    transcript.dispatchEvent(new DragEvent('dragover', { dataTransfer: data, bubbles: true, cancelable: true }));
    window.marked = transcript.classList.contains('dropping');
    transcript.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  `);
  expect(await page.evaluate('window.marked')).toBe(true);
  await eventually(() => expect(host.asked('attachPaths')).toEqual([{ paths: ['file:///work/src/queue.ts', 'file:///etc/passwd'], from: 'drop' }]));
  await eventually(async () => expect(await page.getByTestId('composer-notice').innerText()).toBe(host.refusal));
  expect(await page.evaluate("document.querySelector('.dropping')")).toBe(null);
});

test('asks which of a pasted text are files, and keeps the text', async () => {
  const paste = (text: string) =>
    host.page.evaluate(`
      const data = new DataTransfer();
      data.setData('text/plain', ${JSON.stringify(text)});
      document.querySelector('textarea').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    `);
  await paste('src/queue.ts\nsrc/server.ts');
  await eventually(() => expect(host.asked('attachPaths')).toEqual([{ paths: ['src/queue.ts', 'src/server.ts'], from: 'paste' }]));
  await paste('why is this slow');
  await paste('https://example.com/a');
  await paste('two\nlines.');
  expect(host.asked('attachPaths')).toHaveLength(1);
});

test('the button for context begins a name', async () => {
  await field().fill('explain');
  await host.page.getByTestId('add-context').click();
  await options().first().waitFor();
  expect(await field().inputValue()).toBe('explain @');
  expect(await focused()).toBe('TEXTAREA');
});

test('draft, caret and chips survive the page', async () => {
  host.attach({ attachments: [file], selection });
  await field().fill('half a question');
  await host.page.evaluate("document.querySelector('textarea').setSelectionRange(4, 4)");
  await field().focus();
  await host.page.keyboard.type(' of');
  await host.page.reload();
  await host.page.getByTestId('chip').waitFor();
  expect(await field().inputValue()).toBe('half of a question');
  expect(await host.page.evaluate("document.querySelector('textarea').selectionStart")).toBe(7);
});

test('plans while one types, when the engine runs', async () => {
  host.plan = { kind: 'planned', report: context };
  await field().focus();
  await host.page.keyboard.type('what does the queue do');
  const toggle = host.page.getByTestId('plan-toggle');
  await eventually(async () => expect((await toggle.innerText()).trim()).toBe('2 of 14 files in context'));
  // Each key puts the plan off: it is made when the typing pauses.
  expect(host.asked('preview').length).toBeLessThan(5);
  expect(host.asked('preview').at(-1)).toEqual({ question: 'what does the queue do', start: false });
  expect(await toggle.getByRole('img').getAttribute('aria-label')).toBe(
    '1,500 of 2,048 positions used by the prompt. As text: 400. As slots: 1,000. Question and conversation: 100. Kept for the answer: 200. Free: 348',
  );
});

test('opens the plan by keyboard, starts the engine for it, and links its entries', async () => {
  const { page } = host;
  host.plan = { kind: 'planned', report: context };
  expect((await page.getByTestId('plan-toggle').innerText()).trim()).toBe('Show what would be read');
  await page.getByTestId('plan-toggle').focus();
  await page.keyboard.press('Enter');
  const details = page.getByTestId('plan-details');
  await details.getByTestId('reveal').first().waitFor();
  expect(host.asked('preview')).toEqual([{ question: '', start: true }]);
  expect(await details.getByTestId('reason').allInnerTexts()).toEqual(['open', 'relevant']);
  expect(await details.innerText()).toContain('lines 12\u2013300 \u00b7 8,000 tokens in 1,000 positions \u00b7 8x slots \u00b7 in part');
  expect(await details.getByTestId('left-out').innerText()).toContain('src/generated.ts');
  await details.getByTestId('reveal').nth(1).click();
  await eventually(() => expect(host.asked('reveal')).toEqual([{ path: '/work/src/server.ts', line: 12 }]));
  await page.keyboard.press('Escape');
  expect(await details.isVisible()).toBe(false);
  expect(await focused()).toBe('plan-toggle');
});

test('plans again when what is attached changes, and not while an answer is written', async () => {
  host.plan = { kind: 'planned', report: context };
  host.attach({ attachments: [file] });
  await eventually(() => expect(host.asked('preview')).toHaveLength(1));
  // The selection moves with the cursor; it is not read before it is attached.
  host.attach({ attachments: [file], selection });
  host.show(chat([running()]));
  await host.page.getByTestId('stop').waitFor();
  host.attach({ attachments: [file, symbol] });
  await eventually(async () => expect(await host.page.getByTestId('chip').count()).toBe(2));
  await field().fill('next');
  await host.page.evaluate('new Promise(resolve => setTimeout(resolve, 600))');
  expect(host.asked('preview')).toHaveLength(1);
  host.show(chat());
  await eventually(() => expect(host.asked('preview')).toEqual([expect.anything(), { question: 'next', start: false }]));
});

test('says when the model reads nothing for a command', async () => {
  host.plan = { kind: 'not-asked' };
  await field().fill('/find the queue');
  await eventually(async () => expect((await host.page.getByTestId('plan-toggle').innerText()).trim()).toBe('The model reads nothing for this'));
});

test('a question that was asked links what was attached to it', async () => {
  host.show(chat([{ ...answered(), attachments: [symbol, selection] }]));
  const links = host.page.getByTestId('attached');
  await eventually(async () => expect(await links.allInnerTexts()).toEqual(['Queue.push', 'src/server.ts:3\u20139']));
  await links.nth(1).click();
  await eventually(() => expect(host.asked('reveal')).toEqual([{ path: '/work/src/server.ts', line: 3 }]));
});
