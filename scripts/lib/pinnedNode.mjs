import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { note } from './log.mjs';
import { inRoot } from './paths.mjs';
import { outputOf } from './run.mjs';

/** node:sqlite and the VS Code server need a newer Node than many systems have; the npm package `node` brings one. */
const pinned = inRoot('node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Oldest Node that can stand in where the pinned one does not run. */
const oldestSubstitute = 24;

function runsPinned() {
  return fs.existsSync(pinned) && fs.realpathSync(pinned) === fs.realpathSync(process.execPath);
}

/**
 * Starts the running script again under the pinned Node, first on the PATH of all that it starts.
 *
 * @returns {Promise<boolean>} false when the script ran in the other process and this one has nothing left to do
 */
export async function runUnderPinnedNode() {
  if (runsPinned()) {
    process.env['PATH'] = [path.dirname(pinned), process.env['PATH']].join(path.delimiter);
    return true;
  }
  if ((await outputOf(pinned, ['--version'])) === undefined) {
    if (Number.parseInt(process.versions.node, 10) >= oldestSubstitute) {
      note(`The pinned Node does not run on this machine; going on with ${process.version}.`);
      return true;
    }
    throw new Error(`${pinned} does not run. Delete node_modules and try again, or use Node ${oldestSubstitute} or newer.`);
  }
  process.exitCode = await runAgain();
  return false;
}

/** @returns {Promise<number>} */
function runAgain() {
  return new Promise((resolve, reject) => {
    const child = spawn(pinned, process.argv.slice(1), { stdio: 'inherit' });
    // Ctrl+C reaches the child by itself; this process waits until it has cleaned up. Other requests to end come to this process alone.
    process.on('SIGINT', () => {});
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}
