import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../../../scripts/lib/vscode/chromium.mjs';
import { FakeHost } from './fakeHost';
import { pageFiles } from './pageFiles';
import { answered, chat, failed, found, running } from './states';
import { themes, type ThemeName } from './themes';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** `--vscode-focusBorder` of the dark theme, as a browser computes it. */
const focusBorder = 'rgb(0, 120, 212)';

const code = [
  '```ts\n// A queue.\nexport class Queue<T> extends List<T> {\n  /** Adds one. */\n  push(item: T, at = 3.5): void { this.items.push(`${item}`, "x", /y+/g, true); }\n}\n```',
  '```python\n@cached\ndef push(item: int) -> None:  # adds\n    return [None, "text", 12]\n```',
  '```json\n{ "name": "queue", "count": 3, "on": true }\n```',
  '```html\n<p class="a">text</p>\n```',
  '```css\n.a #b > p { color: red; width: 3px }\n```',
  '```bash\n# list\nls -l "$HOME" | grep x\n```',
  '```diff\n- old\n+ new\n```',
].join('\n\n');

const states = {
  empty: chat(),
  'no folder': chat([], { workspaceOpen: false }),
  compressing: chat([], { memory: { kind: 'compressing' } }),
  waiting: chat([running()]),
  writing: chat([running({ phase: 'writing', text: 'Some `code` and **words**', tokens: 4 })]),
  answered: chat([answered(), answered(2, { stopReason: 'length' })]),
  'highlighted code': chat([answered(1, { text: code })]),
  'an undo offered': chat([answered()], { undo: 'The question was replaced, and the one after it removed.' }),
  'places found': chat([found()], { earlier: 3 }),
  failed: chat([failed()]),
};

let browser: Browser;
let files: ReadonlyMap<string, Buffer>;

beforeAll(async () => {
  [browser, files] = await Promise.all([launchChromium(), pageFiles()]);
});

afterAll(() => browser.close());

describe.each(Object.keys(themes) as ThemeName[])('the %s theme', theme => {
  test.each(Object.entries(states))('passes axe when %s', async (name, state) => {
    const browserContext = await browser.newContext({ viewport: { width: 360, height: 700 }, bypassCSP: true, reducedMotion: 'reduce' });
    const { page } = await FakeHost.open(browserContext, files, state, { theme });
    if (name === 'answered') {
      await page.getByTestId('context-summary').first().click();
      await page.getByTestId('context-details').first().waitFor();
    }
    if (process.env['SHORTHAND_SCREENSHOTS'] !== undefined) {
      await page.screenshot({ path: `${process.env['SHORTHAND_SCREENSHOTS']}/${theme}-${name.replace(' ', '-')}.png` });
    }
    await page.addScriptTag({ content: axe });
    const results = await page.evaluate<AxeResults>('axe.run()');
    expect(results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target.join(' ')).join(', ')}`)).toEqual([]);
    await browserContext.close();
  });
});

test('every control is reached by the keyboard in reading order, and shows its focus', async () => {
  const browserContext = await browser.newContext({ viewport: { width: 360, height: 700 } });
  const { page } = await FakeHost.open(browserContext, files, chat([answered()]));
  await page.getByTestId('context-summary').click();
  await page.getByTestId('context-details').first().waitFor();
  await page.getByTestId('history').focus();
  const reached: string[] = [];
  for (let step = 0; step < 18; step++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<{ readonly id: string; readonly visible: boolean }>(`(() => {
      const element = document.activeElement;
      const inner = element.shadowRoot?.activeElement ?? element;
      const { outlineStyle, borderColor } = getComputedStyle(inner);
      return { id: element.dataset.testid ?? element.tagName, visible: outlineStyle !== 'none' || borderColor === '${focusBorder}' };
    })()`);
    reached.push(focused.id);
    expect(focused).toEqual({ id: focused.id, visible: true });
  }
  expect(reached).toEqual(['transcript', 'edit', 'ask-again', 'copy-code', 'insert-code', 'create-code', 'apply-code', 'PRE', 'source', 'source', 'context-summary', 'context-details', 'reveal', 'reveal', 'reveal', 'TEXTAREA', 'add-context', 'plan-toggle']);
  await browserContext.close();
});
