import { fork } from 'node:child_process';
import { countsText, single } from '../lib/counts.mjs';
import { heading, note, seconds } from '../lib/log.mjs';
import { inRoot } from '../lib/paths.mjs';

/**
 * @typedef {import('../lib/counts.mjs').Counts} Counts
 * @typedef {import('./suites.mjs').Suite} Suite
 */

/** @typedef {{ readonly name: string, readonly counts: Counts, readonly milliseconds: number }} Result */

/**
 * Runs suites, those of each lane one after the other and the lanes side by side: stories in a browser wait most of their time, and the checks of the sources
 * use it. Where there are two lanes, what a suite says appears when it has ended.
 *
 * @param {readonly Suite[]} suites
 * @param {boolean} keepGoing false: after a failure every lane ends with the suite that it is at
 * @returns {Promise<readonly Result[]>} of the suites that were run, in the order in which they ended
 */
export async function runLanes(suites, keepGoing) {
  /** @type {Result[]} */
  const results = [];
  const lanes = Map.groupBy(suites, ({ lane }) => lane);
  const run = lanes.size > 1 ? runApart : runHere;
  // What goes wrong here is told where it is needed.
  const prepared = new Map(suites.map(({ name, prepare }) => [name, prepare?.().catch(() => undefined)]));
  const ended = [...lanes.values()].map(async lane => {
    for (const suite of lane) {
      if (!keepGoing && results.some(({ counts }) => counts.failed > 0)) {
        break;
      }
      await prepared.get(suite.name);
      const started = performance.now();
      const counts = await run(suite);
      const milliseconds = performance.now() - started;
      console.log(`${suite.title}: ${countsText(counts)} in ${seconds(milliseconds)}`);
      results.push({ name: suite.name, counts, milliseconds });
    }
  });
  await Promise.all(ended);
  return results;
}

/** @param {Suite} suite */
async function runHere({ title, run }) {
  heading(title);
  return run().catch((/** @type {unknown} */ error) => {
    console.error(error);
    return single(false);
  });
}

/**
 * @param {Suite} suite
 * @returns {Promise<Counts>}
 */
function runApart({ name, title }) {
  note(`${title} ...`);
  return new Promise(resolve => {
    const child = fork(inRoot('scripts/suites/runSuite.mjs'), [name], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    /** @type {Buffer[]} */
    const output = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (/** @type {Buffer} */ chunk) => output.push(chunk));
    }
    /** @type {Counts | undefined} */
    let counts;
    child.on('message', message => (counts = /** @type {Counts} */ (message)));
    child.on('error', error => output.push(Buffer.from(`${error.message}\n`)));
    child.on('close', () => {
      heading(title);
      process.stdout.write(Buffer.concat(output));
      resolve(counts ?? single(false));
    });
  });
}
