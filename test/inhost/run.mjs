/** Runs the in-host suite in code-server's extension host, against the packaged extension. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import esbuild from 'esbuild';
import { readJsonLines } from '../../scripts/lib/jsonLines.mjs';
import { note } from '../../scripts/lib/log.mjs';
import { cache, inRoot } from '../../scripts/lib/paths.mjs';
import { copySources } from '../../scripts/lib/sampleWorkspace.mjs';
import { launchChromium } from '../../scripts/lib/vscode/chromium.mjs';
import { temporaryProfile } from '../../scripts/lib/vscode/profile.mjs';
import { installExtension, startServer } from '../../scripts/lib/vscode/server.mjs';

/** @typedef {import('./support/results.ts').TestResult} TestResult */

const timeoutMs = 5 * 60_000;

/** Mocha stays outside the bundle: it loads its parts by name. */
export async function bundleSuite() {
  const outfile = path.join(cache, 'inhost', 'index.js');
  await esbuild.build({
    entryPoints: [inRoot('test/inhost/index.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outfile;
}

/**
 * @param {string} vsix
 * @returns {Promise<TestResult[]>}
 */
export async function runInHost(vsix) {
  const suite = await bundleSuite();
  const profile = temporaryProfile('inhost', { 'security.workspace.trust.enabled': false, 'files.autoSave': 'off', 'shorthand.compression.background': 'off' });
  const workspace = path.join(profile.folder, 'workspace');
  copySources(workspace, ['src/common']);
  await installExtension(profile, vsix);
  const results = path.join(profile.folder, 'results.jsonl');
  const network = path.join(profile.folder, 'network.jsonl');
  const server = await startServer(profile, {
    // Without the driver a built workbench ignores extensionTestsPath.
    args: ['--disable-workspace-trust', '--vscode-option', 'enable-smoke-test-driver'],
    env: { SHORTHAND_TEST_RESULTS: results, SHORTHAND_TEST_NETWORK: network },
  });
  note(`VS Code is up at ${server.origin}`);
  const outcome = await runInPage(server, workspace, suite).finally(() => server.end());
  const survivors = await noSurvivors(network);
  await server.stop();
  const tests = /** @type {TestResult[]} */ (readJsonLines(results));
  if (outcome !== 'done') {
    tests.push({ title: 'the suite ends in time', state: 'failed', milliseconds: timeoutMs, error: `Timed out; see ${server.log}` });
  } else if (tests.length === 0) {
    tests.push({ title: 'the suite runs', state: 'failed', milliseconds: 0, error: `No results; see ${server.log}` });
  }
  tests.push(survivors);
  if (tests.every(test => test.state !== 'failed')) {
    fs.rmSync(profile.folder, { recursive: true, force: true });
  }
  return tests;
}

/**
 * @param {import('../../scripts/lib/vscode/server.mjs').Server} server
 * @param {string} workspace
 * @param {string} suite
 */
async function runInPage(server, workspace, suite) {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
    /** @type {Promise<'done'>} */
    const exit = new Promise(resolve => {
      void page.exposeFunction('codeAutomationExit', () => resolve('done'));
    });
    await page.exposeFunction('codeAutomationLog', (/** @type {string} */ type, /** @type {unknown[]} */ args) => {
      if (process.env['SHORTHAND_VERBOSE']) {
        console.log(`[${type}]`, ...args);
      }
    });
    const remote = (/** @type {string} */ file) => `vscode-remote://127.0.0.1:${server.port}${file}`;
    const payload = [
      ['extensionDevelopmentPath', remote(inRoot('test/inhost/driver'))],
      ['extensionTestsPath', remote(suite)],
      ['skipWelcome', 'true'],
      ['skipReleaseNotes', 'true'],
    ];
    await page.goto(`${server.origin}/?folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
    return await Promise.race([exit, sleep(timeoutMs, /** @type {const} */ ('timeout'), { ref: false })]);
  } finally {
    await browser.close();
  }
}

/**
 * Once the server has ended, every engine must end by itself.
 *
 * @param {string} network
 * @returns {Promise<TestResult>}
 */
async function noSurvivors(network) {
  const uses = /** @type {import('./network.mjs').NetworkUse[]} */ (readJsonLines(network));
  const engines = new Set(uses.filter(({ kind, entry }) => kind === 'start' && entry.endsWith('engine.js')).map(({ pid }) => pid));
  let alive = [...engines];
  for (let tries = 0; alive.length > 0 && tries < 50; tries++) {
    await sleep(100);
    alive = alive.filter(isAlive);
  }
  const title = 'no engine outlives VS Code';
  return alive.length === 0 && engines.size > 0
    ? { title, state: 'passed', milliseconds: 0 }
    : { title, state: 'failed', milliseconds: 0, error: `${engines.size} engines were seen, ${alive.length} live on: ${alive.join(', ')}` };
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    // A container may have nobody who collects the dead.
    return process.platform !== 'linux' || !/\) Z /.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
