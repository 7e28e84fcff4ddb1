import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../../../scripts/lib/vscode/chromium.mjs';
import { mapFiles, MapHost, mapState } from './mapHost';
import { pageFiles } from './pageFiles';
import { themes, type ThemeName } from './themes';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const states = {
  map: mapState(),
  table: mapState(),
  measuring: mapState(mapFiles, { measuring: { windowsDone: 2, windowsTotal: 9 } }),
  failed: mapState([], { list: { kind: 'failed', message: 'The engine stopped unexpectedly. It starts again with the next request.' } }),
  'no folder': mapState([], { list: { kind: 'no-folder' } }),
};

let browser: Browser;
let files: ReadonlyMap<string, Buffer>;

beforeAll(async () => {
  [browser, files] = await Promise.all([launchChromium(), pageFiles()]);
});

afterAll(() => browser.close());

describe.each(Object.keys(themes) as ThemeName[])('the map in the %s theme', theme => {
  test.each(Object.entries(states))('passes axe when it shows: %s', async (name, state) => {
    const browserContext = await browser.newContext({ viewport: { width: 900, height: 700 }, bypassCSP: true, reducedMotion: 'reduce' });
    const { page } = await MapHost.open(browserContext, files, state, { theme });
    if (name === 'table') {
      await page.getByTestId('table-toggle').click();
    } else if (name === 'map') {
      await page.locator('[data-key="src/queue.ts"]').focus();
    }
    if (process.env['SHORTHAND_SCREENSHOTS'] !== undefined) {
      await page.screenshot({ path: `${process.env['SHORTHAND_SCREENSHOTS']}/map-${theme}-${name.replace(' ', '-')}.png` });
    }
    await page.addScriptTag({ content: axe });
    const results = await page.evaluate<AxeResults>('axe.run()');
    expect(results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target.join(' ')).join(', ')}`)).toEqual([]);
    await browserContext.close();
  });
});

test('every control is reached by the keyboard in reading order', async () => {
  const browserContext = await browser.newContext({ viewport: { width: 900, height: 700 } });
  const { page } = await MapHost.open(browserContext, files, mapState());
  await page.getByTestId('table-toggle').click();
  await page.getByTestId('compress-workspace').focus();
  const reached: string[] = [];
  for (let step = 0; step < 7; step++) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate<string>("document.activeElement.dataset.testid ?? document.activeElement.getAttribute('name') ?? document.activeElement.tagName"));
  }
  expect(reached).toEqual(['measure', 'colouring', 'table-toggle', 'tile', 'table', 'table-open', 'table-reconstruct']);
  await browserContext.close();
});
