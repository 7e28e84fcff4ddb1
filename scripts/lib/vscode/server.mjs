import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../run.mjs';
import { codeServer } from './install.mjs';

/** @typedef {import('./profile.mjs').Profile} Profile */

/**
 * @typedef {object} Server
 * @property {string} origin
 * @property {number} port
 * @property {number} pid
 * @property {string} log file that holds its output
 * @property {() => Promise<void>} end asks the server to end, as Ctrl+C does
 * @property {() => Promise<void>} stop ends the server, then whatever it left behind
 * @property {Promise<number>} exited
 */

/** @param {Profile} profile */
const commonArguments = profile => ['--config', profile.config, '--user-data-dir', profile.data, '--extensions-dir', profile.extensions];

/**
 * Variables of a VS Code that this process may run in would confuse the server.
 *
 * @param {Profile} profile
 * @param {NodeJS.ProcessEnv} [extra]
 */
function environment(profile, extra = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('VSCODE_') && name !== 'PORT');
  return { ...Object.fromEntries(kept), HOME: profile.home, ...extra };
}

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('No free port.'))));
    });
  });
}

/**
 * @param {Profile} profile
 * @param {string} vsix
 */
export async function installExtension(profile, vsix) {
  await run(process.execPath, [codeServer, ...commonArguments(profile), '--install-extension', vsix, '--force'], {
    env: environment(profile),
    quiet: true,
  });
}

/**
 * @param {Profile} profile
 * @param {object} [options]
 * @param {number} [options.port]
 * @param {readonly string[]} [options.args]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @returns {Promise<Server>}
 */
export async function startServer(profile, { port, args = [], env } = {}) {
  const chosen = port ?? (await freePort());
  const log = path.join(profile.folder, 'server.log');
  const output = fs.openSync(log, 'w');
  const child = spawn(
    process.execPath,
    [codeServer, ...commonArguments(profile), '--bind-addr', `127.0.0.1:${chosen}`, '--auth', 'none', '--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', ...args],
    // A process group of its own, so that the end of it is the end of every process in it.
    { stdio: ['ignore', output, output], detached: true, env: environment(profile, env) },
  );
  fs.closeSync(output);
  const { pid } = child;
  if (pid === undefined) {
    throw new Error('code-server could not be started.');
  }
  /** @type {Promise<number>} */
  const exited = new Promise(resolve => child.on('exit', code => resolve(code ?? 1)));
  const origin = `http://127.0.0.1:${chosen}`;
  const end = async () => {
    signal(pid, 'SIGTERM');
    await Promise.race([exited, sleep(8000)]);
  };
  const stop = async () => {
    await end();
    signal(-pid, 'SIGKILL');
  };
  try {
    await untilHealthy(origin, child);
  } catch (error) {
    await stop();
    throw new Error(`code-server did not start:\n${fs.readFileSync(log, 'utf8')}`, { cause: error });
  }
  return { origin, port: chosen, pid, log, end, stop, exited };
}

/**
 * @param {string} origin
 * @param {import('node:child_process').ChildProcess} child
 */
async function untilHealthy(origin, child) {
  const until = Date.now() + 60_000;
  while (Date.now() < until && child.exitCode === null) {
    const healthy = await fetch(`${origin}/healthz`).then(
      response => response.ok,
      () => false,
    );
    if (healthy) {
      return;
    }
    await sleep(100);
  }
  throw new Error('not healthy');
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} name
 */
function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // Already gone.
  }
}
