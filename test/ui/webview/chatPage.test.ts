import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { launchChromium } from '../../../scripts/lib/vscode/chromium.mjs';
import { FakeHost } from './fakeHost';
import { pageFiles } from './pageFiles';
import { answer, answered, chat, context, failed, found, running, stopped } from './states';

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

test('offers to take back what was just done, above the question', async () => {
  const { page } = await open(chat([answered()], { undo: 'The question was replaced.' }));
  const bar = page.getByTestId('undo-bar');
  await bar.getByText('The question was replaced.').waitFor();
  const [above, below] = [await bar.boundingBox(), await page.getByTestId('composer').boundingBox()];
  expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual(below?.y ?? 0);
  await page.getByTestId('undo').click();
  await page.getByTestId('dismiss-undo').click();
  await eventually(() => expect(host.requests.map(({ method }) => method)).toEqual(['undo', 'dismissUndo']));
  host.show(chat([answered()]));
  await page.getByTestId('undo').waitFor({ state: 'hidden' });
  expect((await bar.boundingBox())?.height ?? 0).toBe(0);
});

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
  host.show(chat([], { memory: { kind: 'textAlone' } }));
  await page.getByText('The chosen model has no compressor: it reads files as text, as many as fit.').waitFor();
  expect(await page.getByTestId('compress-workspace').count()).toBe(0);
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

test('gives a question back that the host did not take', async () => {
  const { page } = await open();
  host.accepts = false;
  await field().fill('Not now?');
  await field().press('Enter');
  await eventually(() => expect(host.asked('ask')).toHaveLength(1));
  await eventually(async () => expect(await field().inputValue()).toBe('Not now?'));
  expect(await page.getByTestId('send').isEnabled()).toBe(true);
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
  expect(await page.getByTestId('answer').locator('pre').textContent()).toBe(code);
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

test('a block of code is copied, inserted, made a file and applied by its number', async () => {
  const { page } = await open(chat([answered(7, { text: 'One:\n\n```ts\na();\n```\n\n1. Two:\n\n   ```py\n   b()\n   ```\n' })]));
  const second = page.locator('.code-block').nth(1);
  expect(await second.locator('.code-language').textContent()).toBe('py');
  for (const action of ['copy', 'insert', 'create', 'apply']) {
    await second.getByTestId(`${action}-code`).click();
  }
  await eventually(() => expect(host.requests).toEqual(['copy', 'insert', 'create', 'apply'].map(action => ({ method: 'codeBlock', params: { id: 7, index: 1, action } }))));
});

test('code has the colours of the theme, also while it is written', async () => {
  const { page } = await open(chat([running({ phase: 'writing', text: '```ts\nconst a = "b"; // c\n', tokens: 4 })]));
  const block = page.locator('.code-block');
  await block.locator('.hljs-keyword').waitFor();
  expect(await block.getByRole('button').count()).toBe(0);
  const colour = (kind: string) => page.evaluate<string>(`getComputedStyle(document.querySelector('.hljs-${kind}')).color`);
  expect(new Set([await colour('keyword'), await colour('string'), await colour('comment')]).size).toBe(3);
  expect(await block.locator('pre').textContent()).toBe('const a = "b"; // c');
});

test('a numbered list goes on where code interrupted it', async () => {
  const { page } = await open(chat([answered(1, { text: '1. one\n2. two\n\n```ts\nrun();\n```\n\n3. three' })]));
  const lists = page.getByTestId('answer').locator('ol');
  await lists.nth(1).waitFor();
  expect(await lists.nth(1).getAttribute('start')).toBe('3');
});

test('names of read files are links to their lines, but not in code', async () => {
  const citations = [
    { text: 'src/queue.ts:12-14', path: '/work/src/queue.ts', firstLine: 12, lastLine: 14 },
    { text: 'server.ts', path: '/work/src/server.ts', firstLine: 12 },
  ];
  const { page } = await open(chat([answered(1, { text: 'See `src/queue.ts:12-14` and server.ts, not other.ts.\n\n```\nserver.ts\n```', citations })]));
  expect(await page.getByTestId('citation').allTextContents()).toEqual(['src/queue.ts:12-14', 'server.ts']);
  await page.getByTestId('citation').first().click();
  await page.getByTestId('source').last().click();
  await eventually(() =>
    expect(host.requests).toEqual([
      { method: 'reveal', params: { path: '/work/src/queue.ts', line: 12, lastLine: 14 } },
      { method: 'reveal', params: { path: '/work/src/server.ts', line: 12, lastLine: 300 } },
    ]),
  );
});

test('a question is edited with the keyboard; Escape leaves it as it was', async () => {
  const { page } = await open(chat([answered()]));
  await page.getByTestId('edit').focus();
  await page.keyboard.press('Enter');
  const edited = page.getByTestId('edit-field');
  await edited.waitFor();
  await eventually(async () => expect(await page.evaluate('document.activeElement.dataset.testid')).toBe('edit-field'));
  await page.keyboard.press('Escape');
  expect(await text('question')).toBe('What does the queue do?');
  expect(await page.evaluate('document.activeElement.dataset.testid')).toBe('edit');
  await page.keyboard.press('Enter');
  await edited.fill('What does the stack do?');
  await page.keyboard.press('Enter');
  await page.getByTestId('ask-again').click();
  await eventually(() => expect(host.requests).toEqual([{ method: 'edit', params: { id: 1, question: 'What does the stack do?' } }, { method: 'retry', params: { id: 1 } }]));
});

test('shows the title of the conversation and the way to the others', async () => {
  const { page } = await open(chat());
  expect(await text('title')).toBe('New conversation');
  host.show(chat([answered()], { conversation: { id: 'one', title: 'All about queues' } }));
  await eventually(async () => expect(await text('title')).toBe('All about queues'));
  await page.getByTestId('history').click();
  await eventually(() => expect(host.requests).toEqual([{ method: 'showHistory' }]));
});

test('another conversation takes the place of the turns of the one before', async () => {
  const { page } = await open(chat([answered(1), answered(2)]));
  host.show(chat([{ ...answered(1, { text: 'Of the other.' }), question: 'Another?' }], { conversation: { id: 'two', title: 'Another?' } }));
  await page.getByText('Of the other.').waitFor();
  expect(await page.getByTestId('question').allTextContents()).toEqual(['Another?']);
});

test('places that were found open at their lines, and a command says what it lacks', async () => {
  const { page } = await open(chat([found(), { ...answered(2), question: '/find', outcome: { kind: 'incomplete', message: 'Say what to look for.' } }]));
  expect(await page.getByTestId('found-place').allTextContents()).toEqual(['src/queue.ts:3\u20139', 'src/queue.ts:30\u201331']);
  expect(await text('incomplete')).toBe('Say what to look for.');
  await page.getByTestId('found-place').last().click();
  await eventually(() => expect(host.requests).toEqual([{ method: 'reveal', params: { path: '/work/src/queue.ts', line: 30, lastLine: 31 } }]));
});

test('an answer that was interrupted can be asked again', async () => {
  const { page } = await open(chat([{ ...answered(), outcome: { kind: 'interrupted' } }]));
  expect(await text('failure')).toContain('This answer was interrupted.');
  await page.getByTestId('retry').click();
  await eventually(() => expect(host.requests).toEqual([{ method: 'retry', params: { id: 1 } }]));
});

test('a long wait shows its seconds', async () => {
  const { page } = await open(chat([{ ...running({ phase: 'planning' }), outcome: { kind: 'running', elapsedMs: 7200, progress: { phase: 'planning' } } }]));
  await page.getByTestId('elapsed').getByText(/^\d+ s$/).waitFor();
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

test('a long conversation is a window over its turns, which keeps its place when it moves', async () => {
  const turns = Array.from({ length: 200 }, (_, index) => answered(index + 1, { text: `Answer ${index + 1}` }));
  const part = (from: number, to: number) => chat(turns.slice(from, to), { earlier: from, later: 200 - to });
  const { page } = await open(part(150, 200));
  await page.getByText('Answer 200', { exact: true }).waitFor();
  // What the page holds is bounded, and so is the time that it takes.
  expect(await page.evaluate("document.querySelectorAll('*').length")).toBeLessThan(50 * 60);
  await page.evaluate(`${transcript}.scrollTop = 0`);
  const top = () => page.evaluate<number>("[...document.querySelectorAll('[data-testid=answer]')].find(answer => answer.textContent.trim() === 'Answer 151').getBoundingClientRect().top");
  const before = await top();
  await page.getByTestId('show-earlier').click();
  await eventually(() => expect(host.requests).toEqual([{ method: 'showTurns', params: { which: 'earlier' } }]));
  host.show(part(125, 175));
  await page.getByText('Answer 126', { exact: true }).waitFor({ state: 'attached' });
  expect(await page.getByTestId('turn').count()).toBe(50);
  expect(Math.abs((await top()) - before)).toBeLessThan(60);
  await page.getByTestId('show-later').click();
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
