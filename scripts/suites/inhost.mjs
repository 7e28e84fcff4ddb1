import { runInHost } from '../../test/inhost/run.mjs';
import { none, sum } from '../lib/counts.mjs';
import { seconds } from '../lib/log.mjs';
import { vsixPath } from '../lib/vsix.mjs';

/** @typedef {import('../lib/counts.mjs').Counts} Counts */

const marks = { passed: '✓', failed: '✗', skipped: '-' };

/** @returns {Promise<Counts>} */
export async function inhost() {
  const results = await runInHost(vsixPath());
  for (const { title, state, milliseconds, error } of results) {
    console.log(`  ${marks[state]} ${title} (${seconds(milliseconds)})`);
    if (error !== undefined) {
      console.log(error.replace(/^/gm, '      '));
    }
  }
  return sum(results.map(({ state }) => ({ ...none, [state]: 1 })));
}
