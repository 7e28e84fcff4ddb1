import type { Browser, BrowserContext, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { launchChromium } from '../../../scripts/lib/vscode/chromium.mjs';
import { mapFile, mapFiles, MapHost, mapState } from './mapHost';
import { pageFiles } from './pageFiles';

let browser: Browser;
let browserContext: BrowserContext;
let files: ReadonlyMap<string, Buffer>;
let host: MapHost;

beforeAll(async () => {
  [browser, files] = await Promise.all([launchChromium(), pageFiles()]);
});

afterAll(() => browser.close());

beforeEach(async () => {
  browserContext = await browser.newContext({ viewport: { width: 900, height: 700 } });
});

afterEach(async () => {
  await browserContext.close();
  expect(host.problems).toEqual([]);
});

async function open(state = mapState(), options: Parameters<typeof MapHost.open>[3] = {}): Promise<MapHost> {
  host = await MapHost.open(browserContext, files, state, options);
  return host;
}

/** A slow machine takes its time to show a snapshot or to pass a request on. */
function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 15_000 });
}

function tile(key: string): Locator {
  return host.page.locator(`[data-testid=tile][data-key="${key}"]`);
}

function focused(): Promise<string | null> {
  return host.page.evaluate<string | null>("document.activeElement.getAttribute('data-key')");
}

test('draws files in proportion to their tokens, in their folders', async () => {
  await open();
  const [large, small] = await Promise.all(['src/server.ts', 'README.md'].map(key => tile(key).locator('.fill').boundingBox()));
  const ratio = (large!.width * large!.height) / (small!.width * small!.height);
  expect(ratio).toBeGreaterThan(3);
  expect(ratio).toBeLessThan(5);
  const folder = await tile('src').locator('.fill').boundingBox();
  expect(large!.x).toBeGreaterThanOrEqual(folder!.x);
  expect(large!.x + large!.width).toBeLessThanOrEqual(folder!.x + folder!.width + 1);
  // A folder that holds one folder and nothing else is one with it.
  expect(await tile('src/util/deep').getAttribute('aria-label')).toContain('src/util/deep, compressed, 500 tokens');
  expect(await tile('src/util').count()).toBe(0);
});

test('says all figures of a tile, to the eye on hover and on focus, and to a screen reader always', async () => {
  const { page } = await open();
  const label = 'src/queue.ts, compressed, 2,400 tokens in 300 slots, ratio 8x, fidelity 41%, pinned, read for the last answer in 300 positions';
  expect(await tile('src/queue.ts').getAttribute('aria-label')).toBe(label);
  await tile('src/queue.ts').hover();
  const tooltip = page.getByTestId('tooltip');
  for (const fact of label.split(', ')) {
    expect(await tooltip.innerText()).toContain(fact);
  }
  await page.mouse.move(0, 0);
  await tooltip.waitFor({ state: 'hidden' });
  await tile('README.md').focus();
  await eventually(async () => expect(await tooltip.innerText()).toContain('fidelity 72%'));
});

test('moves between neighbours with the arrow keys, opens with Enter', async () => {
  const { page } = await open();
  await tile('src').focus();
  await page.keyboard.press('ArrowDown');
  const below = await focused();
  expect(below).toMatch(/^src\//);
  await page.keyboard.press('ArrowUp');
  expect(await focused()).toBe('src');
  await page.keyboard.press('End');
  const last = await focused();
  await page.keyboard.press('Home');
  expect(await focused()).not.toBe(last);
  await tile('README.md').focus();
  await page.keyboard.press('Enter');
  await eventually(() => expect(host.requests).toEqual([{ method: 'open', params: { path: '/work/README.md' } }]));
});

test('every tile is reached by arrow keys, and the map is one tab stop', async () => {
  const { page } = await open();
  const keys = await page.evaluate<string[]>("[...document.querySelectorAll('[data-testid=tile]')].map(element => element.dataset.key)");
  const reached = new Set<string>();
  const waiting = [keys[0]!];
  while (waiting.length > 0) {
    const key = waiting.pop()!;
    if (reached.has(key)) {
      continue;
    }
    reached.add(key);
    for (const arrow of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']) {
      await tile(key).focus();
      await page.keyboard.press(arrow);
      waiting.push((await focused())!);
    }
  }
  expect([...reached].sort()).toEqual([...keys].sort());
  expect(await page.evaluate("document.querySelectorAll('[data-testid=tile][tabindex=\"0\"]').length")).toBe(1);
});

test('goes into a folder and back out, with the focus where one was', async () => {
  const { page } = await open();
  await tile('src').focus();
  await page.keyboard.press('Enter');
  await tile('README.md').waitFor({ state: 'detached' });
  expect(await focused()).toMatch(/^src\//);
  expect(await page.getByTestId('breadcrumb').innerText()).toMatch(/Workspace\s*\/\s*src/);
  await tile('src/http').focus();
  await page.keyboard.press('Enter');
  await tile('src/server.ts').waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await eventually(async () => expect(await focused()).toBe('src/http'));
  await page.getByTestId('breadcrumb').getByText('Workspace').click();
  await tile('README.md').waitFor();
});

test('colours by what the user chooses, and remembers it', async () => {
  const { page } = await open();
  const colour = (key: string) => tile(key).locator('.fill').first().getAttribute('class');
  expect(await colour('src/server.ts')).toBe('fill fidelity-low');
  await page.getByRole('radio', { name: 'Ratio' }).check();
  expect(await colour('README.md')).toBe('fill ratio-4');
  await page.getByRole('radio', { name: 'State' }).check();
  expect(await colour('src/http/router.ts')).toBe('fill state-stale');
  expect(await page.getByTestId('legend').innerText()).toContain('stale');
  await page.reload();
  await tile('README.md').waitFor();
  expect(await page.getByRole('radio', { name: 'State' }).isChecked()).toBe(true);
});

test('tells states apart without colours, and what the last answer read', async () => {
  await open();
  expect(await tile('package.json').locator('.pattern').getAttribute('fill')).toBe('url(#hatch)');
  expect(await tile('src/http/router.ts').locator('.pattern').getAttribute('fill')).toBe('url(#dots)');
  expect(await tile('README.md').locator('.pattern').getAttribute('fill')).toBe('none');
  expect(await tile('src/server.ts').locator('.outline').getAttribute('class')).toBe('outline');
  expect(await tile('README.md').locator('.outline').getAttribute('class')).toBe('outline none');
  expect(await tile('src/queue.ts').locator('.pin').getAttribute('d')).toContain('V');
  host.show(mapState([mapFile('src/server.ts', 3600), mapFile('README.md', 900)]));
  await eventually(async () => expect(await tile('src/server.ts').locator('.outline').getAttribute('class')).toBe('outline none'));
});

test('a snapshot leaves the focus where it is', async () => {
  const { page } = await open();
  await tile('src/http/router.ts').focus();
  host.show(mapState(mapFiles.map(file => (file.displayPath === 'src/http/router.ts' ? { ...file, state: 'compressed', tokens: 9000 } : file)), { compressing: {} }));
  await page.getByTestId('status').getByText('Compressing').waitFor();
  expect(await focused()).toBe('src/http/router.ts');
  host.show(mapState(mapFiles.filter(file => file.displayPath !== 'src/http/router.ts')));
  await eventually(async () => expect(await focused()).not.toBe(null));
});

test('has the same data as a table, for screen readers always', async () => {
  const { page } = await open();
  const table = page.getByTestId('table');
  expect(await table.getByRole('row').count()).toBe(mapFiles.length + 1);
  expect(await table.getByRole('row').nth(1).innerText()).toMatch(/src\/server\.ts\s+compressed\s+3,600\s+450\s+8x\s+8%\s+no\s+450 positions/);
  expect(await table.getByRole('button').count()).toBe(0);
  await page.getByTestId('table-toggle').click();
  await table.getByTestId('table-open').first().click();
  await table.getByTestId('table-reconstruct').nth(1).click();
  await eventually(() =>
    expect(host.requests).toEqual([
      { method: 'open', params: { path: '/work/src/server.ts' } },
      { method: 'reconstruct', params: { path: '/work/src/queue.ts' } },
    ]),
  );
  expect(await page.getByTestId('table-toggle').getAttribute('aria-expanded')).toBe('true');
});

test('puts thousands of files into few tiles, and leads to each of them', async () => {
  const many = Array.from({ length: 5000 }, (_, index) => mapFile(`src/part${index % 10}/file${index}.ts`, 10 + ((index * 7919) % 1000)));
  const started = performance.now();
  const { page } = await open(mapState(many));
  await tile('src/part0').waitFor();
  expect(performance.now() - started).toBeLessThan(10_000);
  const tiles = await page.getByTestId('tile').count();
  expect(tiles).toBeLessThan(2500);
  const more = page.locator('.tile.more').first();
  expect(await more.getAttribute('aria-label')).toMatch(/\d+ more files in src\/part\d/);
  await more.focus();
  await page.keyboard.press('Enter');
  await eventually(async () => expect(await page.getByTestId('breadcrumb').innerText()).toMatch(/part\d/));
  await page.getByTestId('table-toggle').click();
  expect(await page.getByTestId('table-open').count()).toBe(200);
  await page.getByTestId('table-more').click();
  await eventually(async () => expect(await page.getByTestId('table-open').count()).toBe(400));
});

test('says what to do when there is nothing to show', async () => {
  const { page } = await open(mapState([], { list: { kind: 'loading' } }));
  await page.getByTestId('loading').waitFor();
  host.show(mapState([], { list: { kind: 'no-folder' } }));
  await page.getByTestId('open-folder').click();
  host.show(mapState([], { list: { kind: 'failed', message: 'The engine stopped unexpectedly.' } }));
  await page.getByTestId('retry').click();
  await page.getByTestId('show-log').click();
  host.show(mapState([]));
  await page.getByTestId('no-files').waitFor();
  host.show(mapState());
  await page.getByTestId('compress-workspace').click();
  await page.getByTestId('measure').click();
  host.show(mapState(mapFiles, { measuring: { windowsDone: 2, windowsTotal: 9 } }));
  await page.getByText('Measuring fidelity: 2 of 9 windows').waitFor();
  await page.getByTestId('stop-measure').click();
  await eventually(() => expect(host.requests.map(({ method }) => method)).toEqual(['openFolder', 'refresh', 'showLog', 'compressWorkspace', 'measure', 'measure']));
});
