import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { single, sum } from '../lib/counts.mjs';
import { cache, inRoot } from '../lib/paths.mjs';
import { freePort } from '../lib/vscode/server.mjs';

const timeoutMs = 5 * 60_000;

/**
 * Runs `npm start` as a user without a display does, looks at what comes up, and presses Ctrl+C.
 *
 * @returns {Promise<import('../lib/counts.mjs').Counts>}
 */
export async function start() {
  const port = await freePort();
  const child = spawn(process.execPath, [inRoot('scripts/start.mjs'), '--no-open', '--port', String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  /** @type {Promise<number | null>} */
  const exited = new Promise(resolve => child.on('exit', resolve));
  let output = '';
  child.stdout.on('data', chunk => {
    output += String(chunk);
    process.stdout.write(String(chunk));
  });
  const until = Date.now() + timeoutMs;
  while (!output.includes('/?folder=') && child.exitCode === null && Date.now() < until) {
    await sleep(100);
  }
  const page = await fetch(`http://127.0.0.1:${port}/`).then(
    response => response.text(),
    () => '',
  );
  const extensions = path.join(cache, 'start', 'extensions');
  const installed = fs.existsSync(extensions) && fs.readdirSync(extensions).some(name => name.startsWith('shorthand.shorthand-'));
  child.kill('SIGINT');
  const code = await Promise.race([exited, sleep(20_000)]);
  child.kill('SIGKILL');
  const checks = {
    'the workbench is served': page.includes('vscode-workbench-web-configuration'),
    'the extension is installed': installed,
    'Ctrl+C ends it without an error': code === 0,
  };
  for (const [title, ok] of Object.entries(checks)) {
    console.log(`  ${ok ? '✓' : '✗'} ${title}`);
  }
  return sum(Object.values(checks).map(single));
}
