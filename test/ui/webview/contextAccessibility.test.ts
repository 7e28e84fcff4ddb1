import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../../../scripts/lib/vscode/chromium.mjs';
import { FakeHost } from './fakeHost';
import { pageFiles } from './pageFiles';
import { chat, context, file, otherFile, selection, symbol } from './states';
import { themes, type ThemeName } from './themes';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
let files: ReadonlyMap<string, Buffer>;

beforeAll(async () => {
  [browser, files] = await Promise.all([launchChromium(), pageFiles()]);
});

afterAll(() => browser.close());

async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: axe });
  const results = await page.evaluate<AxeResults>('axe.run()');
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target.join(' ')).join(', ')}`);
}

async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['SHORTHAND_SCREENSHOTS'];
  if (folder !== undefined) {
    await page.screenshot({ path: `${folder}/${name}.png` });
  }
}

describe.each(Object.keys(themes) as ThemeName[])('the %s theme', theme => {
  async function open() {
    const browserContext = await browser.newContext({ viewport: { width: 360, height: 700 }, bypassCSP: true, reducedMotion: 'reduce' });
    const host = await FakeHost.open(browserContext, files, chat(), { theme });
    host.offers = [file, otherFile, symbol];
    host.plan = { kind: 'planned', report: context };
    host.attach({ attachments: [otherFile, symbol], selection });
    await host.page.getByTestId('chip').first().waitFor();
    return { host, page: host.page, close: () => browserContext.close() };
  }

  test('passes axe with chips and an open list of completions', async () => {
    const { page, close } = await open();
    await page.locator('textarea').focus();
    await page.keyboard.type('what does @');
    await page.getByTestId('completion').first().waitFor();
    await picture(page, `${theme}-completions`);
    expect(await violations(page)).toEqual([]);
    await close();
  });

  test('passes axe with an open plan', async () => {
    const { page, close } = await open();
    await page.getByTestId('plan-toggle').click();
    await page.getByTestId('budget-legend').waitFor();
    await picture(page, `${theme}-plan`);
    expect(await violations(page)).toEqual([]);
    await close();
  });
});

test('chips, field, buttons and the open plan are reached in reading order', async () => {
  const browserContext = await browser.newContext({ viewport: { width: 360, height: 700 } });
  const host = await FakeHost.open(browserContext, files, chat());
  const { page } = host;
  host.plan = { kind: 'planned', report: context };
  host.attach({ attachments: [file], selection });
  await page.getByTestId('plan-toggle').click();
  await page.getByTestId('budget-legend').waitFor();
  await page.locator('textarea').fill('why?');
  await page.getByTestId('plan-details').focus();
  const reached: unknown[] = [];
  for (let step = 0; step < 10; step++) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate('document.activeElement.dataset.testid ?? document.activeElement.tagName'));
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).not.toBe('none');
  }
  expect(reached).toEqual(['reveal', 'reveal', 'reveal', 'chip', 'chip-remove', 'chip-offer', 'TEXTAREA', 'add-context', 'plan-toggle', 'send']);
  await browserContext.close();
});
