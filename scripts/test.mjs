/**
 * Every check there is, from a fresh clone on.
 *
 *   node scripts/test.mjs [--only lint,unit,...] [--keep-going]
 */
import { parseArgs } from 'node:util';
import { bootstrap } from './lib/bootstrap.mjs';
import { countsText, sum } from './lib/counts.mjs';
import { heading, seconds } from './lib/log.mjs';
import { runMain } from './lib/main.mjs';

await runMain(async () => {
  const { values } = parseArgs({ options: { only: { type: 'string' }, 'keep-going': { type: 'boolean', default: false } } });
  if (!(await bootstrap())) {
    return;
  }
  const { installCodeServer } = await import('./lib/vscode/install.mjs');
  const { ensureChromium } = await import('./lib/vscode/chromium.mjs');
  const { runLanes } = await import('./suites/lanes.mjs');
  const { suites } = await import('./suites/suites.mjs');
  const only = values.only?.split(',');
  const unknown = only?.filter(name => !suites.some(suite => suite.name === name)) ?? [];
  if (unknown.length > 0) {
    throw new Error(`There is no suite named ${unknown.join(', ')}. There are: ${suites.map(({ name }) => name).join(', ')}.`);
  }
  const chosen = suites.filter(({ name }) => only?.includes(name) ?? true);

  if (chosen.some(({ name }) => ['webview', 'inhost', 'ui', 'start'].includes(name))) {
    heading('Setup');
    await installCodeServer();
    await ensureChromium();
  }
  const results = await runLanes(chosen, values['keep-going']);

  heading('Summary');
  for (const { name, counts, milliseconds } of results) {
    console.log(`${name.padEnd(14)} ${seconds(milliseconds).padStart(8)}   ${countsText(counts)}`);
  }
  const left = chosen.map(({ name }) => name).filter(name => !results.some(result => result.name === name));
  if (left.length > 0) {
    console.log(`Not run after the failure: ${left.join(', ')}`);
  }
  const total = sum(results.map(({ counts }) => counts));
  process.exitCode = total.failed > 0 ? 1 : 0;
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
});
