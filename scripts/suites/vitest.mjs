import fs from 'node:fs';
import path from 'node:path';
import { single } from '../lib/counts.mjs';
import { cache, inRoot } from '../lib/paths.mjs';
import { exitCodeOf } from '../lib/run.mjs';

/** @typedef {import('../lib/counts.mjs').Counts} Counts */

/**
 * Runs Vitest and counts what it says.
 *
 * @param {string} name of the suite
 * @param {readonly string[]} args
 * @returns {Promise<Counts>}
 */
export async function vitest(name, args) {
  const output = path.join(cache, 'results', `${name}.json`);
  fs.rmSync(output, { force: true });
  const code = await exitCodeOf(process.execPath, [inRoot('node_modules/vitest/vitest.mjs'), 'run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${output}`]);
  if (!fs.existsSync(output)) {
    return single(code === 0);
  }
  /** @type {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number }} */
  const report = JSON.parse(fs.readFileSync(output, 'utf8'));
  // A file that can't be loaded fails without a failed test.
  const failed = code === 0 ? 0 : Math.max(1, report.numFailedTests);
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests + report.numTodoTests };
}
