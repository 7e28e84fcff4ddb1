import fs from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inRoot } from '../../../scripts/lib/paths.mjs';
import { launchChromium } from '../../../scripts/lib/vscode/chromium.mjs';
import { FakeHost } from './fakeHost';
import { MapHost, mapState } from './mapHost';
import { pageFiles } from './pageFiles';
import { answered, chat, context } from './states';

/** A narrow side bar: the longest words must find room. */
const width = 300;

/** Elements with text of their own that reach out of the page or show less than their text; an ellipsis is meant. */
const cutOff = `[...document.querySelectorAll('button, p, h1, h2, h3, li, label, summary, th, span')]
  .filter(element => element.checkVisibility() && element.getClientRects().length > 0 && !element.closest('svg, .visually-hidden, pre, table'))
  .filter(element => [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== ''))
  .filter(element => element.getBoundingClientRect().right > innerWidth + 1 ||
    (getComputedStyle(element).overflowX !== 'visible' && getComputedStyle(element).textOverflow !== 'ellipsis' && element.scrollWidth > element.clientWidth + 1))
  .map(element => element.textContent)`;

let browser: Browser;
let browserContext: BrowserContext;
let files: ReadonlyMap<string, Buffer>;

beforeAll(async () => {
  [browser, files] = await Promise.all([launchChromium(), pageFiles()]);
});

afterAll(() => browser.close());

beforeEach(async () => {
  browserContext = await browser.newContext({ viewport: { width, height: 800 } });
});

afterEach(() => browserContext.close());

async function expectRoom(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(inRoot('test', 'ui', 'screenshots'), `page-${name}.png`) });
  expect(await page.evaluate(cutOff), 'what is cut off').toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth'), 'no scrolling sideways').toBeLessThanOrEqual(width);
}

describe.each(['ko', 'de'])('a narrow page in %s', language => {
  const l10n = JSON.parse(fs.readFileSync(inRoot('l10n', `bundle.l10n.${language}.json`), 'utf8')) as Record<string, string>;
  const text = (key: string): string => l10n[key] ?? '';

  test('has room for the first step', async () => {
    const { page, problems } = await FakeHost.open(browserContext, files, chat(), { l10n });
    await page.getByText(text("Compress Workspace")).waitFor();
    await page.getByText(text("For example")).waitFor();
    await expectRoom(page, `empty-${language}`);
    expect(problems).toEqual([]);
  });

  test('has room for a conversation, what was read and the plan', async () => {
    const host = await FakeHost.open(browserContext, files, chat([answered()]), { l10n });
    const { page } = host;
    host.plan = { kind: 'planned', report: context };
    await page.getByTestId('context-summary').click();
    await page.getByTestId('context-details').getByText(text("Did not fit:")).waitFor();
    await expectRoom(page, `context-${language}`);
    await page.getByTestId('context-summary').click();
    await page.getByTestId('plan-toggle').click();
    await page.getByTestId('plan-details').getByTestId('budget-legend').waitFor();
    await expectRoom(page, `plan-${language}`);
    expect(host.problems).toEqual([]);
  });

  test('has room for the memory map', async () => {
    const { page, problems } = await MapHost.open(browserContext, files, mapState(), { l10n });
    await page.getByText(text("not compressed")).first().waitFor();
    await expectRoom(page, `map-${language}`);
    expect(problems).toEqual([]);
  });
});
