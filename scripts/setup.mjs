/**
 * Prepares a fresh clone for development and tests: dependencies, the pinned Node, VS Code for the tests, a browser.
 *
 *   node scripts/setup.mjs
 */
import { bootstrap } from './lib/bootstrap.mjs';
import { note } from './lib/log.mjs';
import { runMain } from './lib/main.mjs';

await runMain(async () => {
  if (!(await bootstrap())) {
    return;
  }
  const { installCodeServer } = await import('./lib/vscode/install.mjs');
  const { ensureChromium } = await import('./lib/vscode/chromium.mjs');
  await installCodeServer();
  note(`Browser: ${await ensureChromium()}`);
  note(`Ready, with Node ${process.version}.`);
});
