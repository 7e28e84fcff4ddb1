import fs from 'node:fs';
import path from 'node:path';
import { note } from './log.mjs';
import { inRoot } from './paths.mjs';
import { exitCodeOf, outputOf } from './run.mjs';

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
  // Ctrl+C reaches the child as well; this process waits for it to clean up.
  process.on('SIGINT', () => {});
  process.exitCode = await exitCodeOf(pinned, process.argv.slice(1));
  return false;
}
