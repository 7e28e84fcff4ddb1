import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { launchChromium } from '../../../scripts/lib/vscode/chromium.mjs';
import { FakeHost } from './fakeHost';
import { pageFiles } from './pageFiles';
import { answer, answered, chat, context, failed, running, stopped } from './states';

/** For scripts that run in the page. */
const transcript = "document.querySelector('[data-testid=transcript]')";

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
});

afterEach(async () => {
  await browserContext.close();
  expect(host.problems).toEqual([]);
});

async function open(state = chat(), options: Parameters<typeof FakeHost.open>[3] = {}): Promise<FakeHost> {
  host = await FakeHost.open(browserContext, files, state, options);
  return host;
}

function field() {
  return host.page.getByTestId('question-field').locator('textarea');
}

/** A slow machine takes its time to show a snapshot or to pass a request on. */
function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 15_000 });
}

async function text(testId: string): Promise<string> {
  return (await host.page.getByTestId(testId).innerText()).trim();
}

test('explains itself and offers the first step before the first question', async () => {
  const { page } = await open();
  expect(await text('empty')).toContain('Ask about your code');
  await page.getByTestId('compress-workspace').click();
  await page.getByTestId('example').first().click();
  expect(await field().inputValue()).toBe('What does this project do?');
  await eventually(() => expect(host.requests).toEqual([{ method: 'compressWorkspace' }]));
  host.show(chat([], { memory: { kind: 'compressing', progress: { phase: 'encoding', filesDone: 3, filesTotal: 9, tokens: 1, slots: 1, windowsEncoded: 1, windowsReused: 0 } } }));
  await page.getByText('Compressing: 3 of 9 files').waitFor();
  host.show(chat([], { memory: { kind: 'known', files: 9, tokens: 8400, slots: 1050, skipped: 0 } }));
  await page.getByText('In memory: 9 files, 8,400 tokens as 1,050 slots.').waitFor();
});

test('takes the focus when the view is opened', async () => {
  const { page } = await open();
  await eventually(async () => expect(await page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA'));
  await page.keyboard.type('typed at once');
  expect(await field().inputValue()).toBe('typed at once');
});

test('offers to open a folder when none is open, and takes no question', async () => {
  const { page } = await open(chat([], { workspaceOpen: false }));
  expect(await field().isDisabled()).toBe(true);
  await page.getByTestId('open-folder').click();
  await eventually(() => expect(host.requests).toEqual([{ method: 'openFolder' }]));
});

test('sends with Enter, breaks the line with Shift+Enter, and sends nothing empty', async () => {
  const { page } = await open();
  await field().focus();
  await page.keyboard.press('Enter');
  expect(await page.getByTestId('send').isDisabled()).toBe(true);
  await page.keyboard.type('one');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('two');
  await page.keyboard.press('Enter');
  expect(await field().inputValue()).toBe('');
  await eventually(() => expect(host.requests).toEqual([{ method: 'ask', params: { question: 'one\ntwo' } }]));
});

test('shows each phase with its numbers, then the text as it grows', async () => {
  const { page } = await open(chat([running()]));
  await eventually(async () => expect(await text('phase')).toBe('Waiting for the engine\u2026'));
  const phases = [
    [running({ phase: 'compressing', filesDone: 2, filesTotal: 12 }), 'Compressing: 2 of 12 files'],
    [running({ phase: 'planning' }), 'Choosing what to read\u2026'],
    [running({ phase: 'reading', positionsDone: 500, positionsTotal: 1500 }), 'Reading: 500 of 1,500 positions'],
    [running({ phase: 'writing', text: 'The **que', tokens: 4 }), 'Writing: 4 tokens'],
  ] as const;
  for (const [turn, expected] of phases) {
    host.show(chat([turn]));
    await eventually(async () => expect(await text('phase')).toBe(expected));
  }
  host.show(chat([running({ phase: 'writing', text: 'The **queue** works', tokens: 4 })]));
  await eventually(async () => expect(await page.getByTestId('answer').innerHTML()).toContain('<strong>queue</strong>'));
});

test('the spinner is one element for as long as an answer is written', async () => {
  const { page } = await open(chat([running()]));
  await page.getByTestId('phase').waitFor();
  await page.evaluate("window.spinner = document.querySelector('[data-testid=phase] vscode-icon')");
  host.show(chat([running({ phase: 'reading', positionsDone: 500, positionsTotal: 1500 })]));
  for (let words = 1; words <= 3; words++) {
    host.show(chat([running({ phase: 'writing', text: 'word '.repeat(words), tokens: 4 })]));
    await eventually(async () => expect(await text('answer')).toBe('word '.repeat(words).trim()));
  }
  expect(await text('phase')).toBe('Writing: 4 tokens');
  expect(await page.evaluate('window.spinner.isConnected')).toBe(true);
});

test('stops with Escape and with the button, and gives the focus back', async () => {
  const { page } = await open(chat([running()]));
  await page.getByTestId('stop').waitFor();
  await field().focus();
  await page.keyboard.press('Escape');
  await page.getByTestId('stop').click();
  await eventually(() => expect(host.requests).toEqual([{ method: 'stop' }, { method: 'stop' }]));
  host.show(chat([answered(1, { stopReason: 'cancelled' })]));
  await page.getByTestId('stop-note').waitFor();
  expect(await page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA');
});

test('says under an answer what was read, and lists it with the keyboard', async () => {
  const { page } = await open(chat([answered()]));
  const summary = page.getByTestId('context-summary');
  expect(await summary.innerText()).toBe('Read 2 files \u00b7 8,400 tokens as 1,050 slots (8.0x) \u00b7 1 file did not fit \u00b7 first token 0.4 s');
  await summary.focus();
  await page.keyboard.press('Enter');
  const details = page.getByTestId('context-details');
  await details.waitFor();
  expect(await details.innerText()).toContain('lines 12\u2013300 \u00b7 8,000 tokens in 1,000 positions \u00b7 8x slots \u00b7 in part');
  expect(await details.innerText()).toContain('lines 1\u201340 \u00b7 400 tokens in 400 positions \u00b7 as text');
  expect(await text('left-out')).toContain('src/generated.ts');
  expect(await details.innerText()).toContain('Prompt: 1,500 of 2,048 positions \u00b7 700 reused from the turn before \u00b7 14 files known');
  for (let step = 0; step < 3; step++) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await eventually(() => expect(host.requests).toEqual([{ method: 'reveal', params: { path: '/work/src/server.ts', line: 12 } }]));
  // The next snapshot leaves the list open and the focus where it is.
  host.show(chat([answered(), running(undefined, 2)]));
  await page.getByTestId('turn').nth(1).waitFor();
  expect(await details.isVisible()).toBe(true);
  expect(await page.evaluate('document.activeElement.textContent')).toBe('src/server.ts');
});

test('a long list of what was read is a box that the keyboard scrolls', async () => {
  const read = Array.from({ length: 40 }, (_, index) => ({ ...context.read[0]!, path: `/work/${index}.ts`, displayPath: `${index}.ts` }));
  const { page } = await open(chat([answered(1), answered(2)]), { context: { ...context, read } });
  await page.getByTestId('context-summary').last().focus();
  await page.keyboard.press('Enter');
  const details = page.getByTestId('context-details').last();
  await details.waitFor();
  const box = await details.boundingBox();
  const transcriptBox = await page.getByTestId('transcript').boundingBox();
  expect(box!.y + box!.height).toBeLessThanOrEqual(transcriptBox!.y + transcriptBox!.height + 1);
  const inPage = "[...document.querySelectorAll('[data-testid=context-details]')].at(-1)";
  expect(await page.evaluate(`getComputedStyle(${inPage}).borderTopWidth`)).toBe('1px');
  expect(await details.getAttribute('aria-label')).toBe('What was read');
  await page.keyboard.press('Tab');
  await page.keyboard.press('End');
  await eventually(async () => expect(await page.evaluate(`${inPage}.scrollTop`)).toBeGreaterThan(100));
});

test('code without fences keeps its layout', async () => {
  const code = 'def __init__(self):\n    self.jobs = []\n\n    return self';
  const { page } = await open(chat([answered(1, { text: `${code}\n\nIt makes a **queue**.` })]));
  expect(await page.getByTestId('answer').locator('pre').textContent()).toBe(`${code}\n`);
  expect(await page.getByTestId('answer').locator('strong').textContent()).toBe('queue');
});

test('a block of code has one background and nothing over its text', async () => {
  const { page } = await open(chat([answered(1, { text: `\`\`\`\n${'wide '.repeat(50)}\n\`\`\`` })]));
  const block = page.getByTestId('answer').locator('pre');
  await block.waitFor();
  expect(await page.evaluate("getComputedStyle(document.querySelector('pre code')).backgroundColor")).toBe('rgba(0, 0, 0, 0)');
  const button = await page.getByTestId('copy-code').boundingBox();
  expect(button!.y + button!.height).toBeLessThanOrEqual((await block.boundingBox())!.y);
});

test('copies code', async () => {
  const { page } = await open(chat([answered()]));
  await page.getByTestId('copy-code').click();
  await eventually(() => expect(host.requests).toEqual([{ method: 'copy', params: { text: 'queue.push(job);\n' } }]));
});

test('shows a failure with what to do, and asks again', async () => {
  const { page } = await open(chat([failed()]));
  expect(await text('failure')).toContain('starts again with the next request');
  await page.getByTestId('retry').click();
  await page.getByTestId('show-log').click();
  await eventually(() => expect(host.requests).toEqual([{ method: 'retry', params: { id: 1 } }, { method: 'showLog' }]));
  await page.getByTestId('retry').focus();
  host.show(chat([running()]));
  await page.getByTestId('phase').waitFor();
  expect(await page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA');
});

test('announces a finished answer once', async () => {
  const { page } = await open(chat([running()]));
  await page.getByTestId('phase').waitFor();
  expect(await page.getByTestId('announcer').textContent()).toBe('');
  await page.evaluate(`
    window.changes = [];
    const announcer = document.querySelector('[data-testid=announcer]');
    new MutationObserver(() => window.changes.push(announcer.textContent)).observe(announcer, { childList: true, characterData: true, subtree: true });
  `);
  host.show(chat([running({ phase: 'writing', text: 'The', tokens: 4 })]));
  host.show(chat([answered()]));
  host.show(chat([answered()]));
  await eventually(async () => expect(await page.evaluate('window.changes')).toEqual([`Answer: ${answer.text}`]));
  expect(await page.getByTestId('transcript').getAttribute('aria-live')).toBe('off');
});

test('what a model writes cannot run, load or link', async () => {
  const hostile = [
    '<img src=x onerror="window.hacked = 1"><script>window.hacked = 1</script>',
    '[click](command:workbench.action.quit) [site](https://example.com) ![pic](https://example.com/p.png)',
    '<https://example.com> `Map<string>` and Map<string>',
    '<style>body { display: none }</style><iframe src="https://example.com"></iframe>',
  ].join('\n\n');
  const { page } = await open(chat([answered(1, { text: hostile })]));
  await page.getByTestId('answer').waitFor();
  expect(await page.getByTestId('answer').locator('a, img, script, style, iframe, [onerror], [href], [src], [style]').count()).toBe(0);
  const shown = await page.getByTestId('answer').textContent();
  expect(shown).toContain('<script>');
  expect(shown).toContain('and Map<string>');
  expect(await page.evaluate('window.hacked')).toBe(undefined);
});

test('keeps the newest turns only', async () => {
  const { page } = await open(chat(Array.from({ length: 230 }, (_, index) => answered(index + 1, { text: `Answer ${index + 1}` }))));
  await page.getByText('Answer 230', { exact: true }).waitFor();
  expect(await page.getByTestId('turn').count()).toBe(200);
  host.show(chat());
  await page.getByTestId('empty').waitFor();
  expect(await page.getByTestId('turn').count()).toBe(0);
});

test('survives being destroyed: the host has the conversation, the page the draft', async () => {
  const { page } = await open(chat([answered()]));
  await field().fill('half a question');
  await page.reload();
  await page.getByTestId('context-summary').waitFor();
  expect(await field().inputValue()).toBe('half a question');
});

test('follows the end of the conversation unless the user has scrolled up', async () => {
  const many = Array.from({ length: 20 }, (_, index) => answered(index + 1));
  const { page } = await open(chat(many));
  const distance = () => page.evaluate<number>(`${transcript}.scrollHeight - ${transcript}.scrollTop - ${transcript}.clientHeight`);
  await eventually(async () => expect(await distance()).toBeLessThan(2));
  host.show(chat([...many, running({ phase: 'writing', text: 'a\n\n'.repeat(50), tokens: 4 }, 21)]));
  // A new turn is shown whatever the user looks at: it must be there before the user scrolls.
  await page.getByText('a', { exact: true }).first().waitFor({ state: 'attached' });
  await eventually(async () => expect(await distance()).toBeLessThan(2));
  await page.evaluate(`${transcript}.scrollTo(0, 0)`);
  host.show(chat([...many, running({ phase: 'writing', text: 'b\n\n'.repeat(80), tokens: 4 }, 21)]));
  await page.getByText('b', { exact: true }).first().waitFor({ state: 'attached' });
  expect(await page.evaluate(`${transcript}.scrollTop`)).toBe(0);
});

test('does not take a user back who scrolls up just after a snapshot', async () => {
  const many = Array.from({ length: 20 }, (_, index) => answered(index + 1));
  const { page } = await open(chat([...many, running({ phase: 'planning' }, 21)]));
  // Runs between the snapshot and the next frame.
  await page.evaluate(`window.addEventListener('message', () => ${transcript}.scrollTo(0, 0), { once: true })`);
  host.show(chat([...many, running({ phase: 'writing', text: 'a\n\n'.repeat(50), tokens: 4 }, 21)]));
  await page.getByText('a', { exact: true }).first().waitFor({ state: 'attached' });
  await page.evaluate('new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
  expect(await page.evaluate(`${transcript}.scrollTop`)).toBe(0);
});

test('shows the whole of what a stop leaves when the end was in sight', async () => {
  const many = Array.from({ length: 20 }, (_, index) => answered(index + 1));
  const { page } = await open(chat([...many, running({ phase: 'planning' }, 21)]));
  const distance = () => page.evaluate<number>(`${transcript}.scrollHeight - ${transcript}.scrollTop - ${transcript}.clientHeight`);
  await eventually(async () => expect(await distance()).toBeLessThan(2));
  host.show(chat([...many, stopped(21)]));
  await page.getByTestId('retry').waitFor();
  await eventually(async () => expect(await distance()).toBeLessThan(2));
});

test('speaks the language of VS Code', async () => {
  const { page } = await open(chat(), { l10n: { 'Ask about your code': 'Fragen zum Code', Send: 'Senden' } });
  await page.getByText('Fragen zum Code').waitFor();
  expect(await page.getByTestId('send').getAttribute('aria-label')).toBe('Senden');
});
