/**
 * Shows Shorthand at work: a real VS Code with the extension, on a workspace of real code.
 *
 *   node scripts/start.mjs [--no-open] [--port 8123] [--browser]
 *
 * It takes the installed VS Code (with settings and extensions of its own), or else serves one to the browser.
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrap } from './lib/bootstrap.mjs';
import { note } from './lib/log.mjs';
import { runMain } from './lib/main.mjs';
import { cache } from './lib/paths.mjs';
import { copySources } from './lib/sampleWorkspace.mjs';
import { vsixPath } from './lib/vsix.mjs';

await runMain(async () => {
  const { values } = parseArgs({
    options: { 'no-open': { type: 'boolean', default: false }, port: { type: 'string', default: '8123' }, browser: { type: 'boolean', default: false } },
  });
  if (!(await bootstrap())) {
    return;
  }
  const { packageExtension } = await import('./lib/packageExtension.mjs');
  const { hasDesktopVsCode, openDesktopVsCode } = await import('./lib/vscode/desktop.mjs');
  const { serveVsCode } = await import('./lib/vscode/browserSession.mjs');

  note('Building and packaging the extension ...');
  await packageExtension();
  const workspace = path.join(cache, 'sample-workspace');
  fs.rmSync(workspace, { recursive: true, force: true });
  copySources(workspace, ['src', 'webview', 'training']);

  const open = !values['no-open'];
  if (open && !values.browser && (await hasDesktopVsCode())) {
    note('Opening VS Code; close its window to end ...');
    await openDesktopVsCode(vsixPath(), workspace);
  } else {
    await serveVsCode(vsixPath(), workspace, { open, port: Number(values.port) });
  }
});
