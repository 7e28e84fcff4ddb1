/**
 * Runs one suite in a process of its own, for `lanes.mjs`, and sends what it came to.
 *
 *   node scripts/suites/runSuite.mjs NAME
 */
import { runMain } from '../lib/main.mjs';
import { suites } from './suites.mjs';

await runMain(async () => {
  const suite = suites.find(({ name }) => name === process.argv[2]);
  if (suite === undefined) {
    throw new Error(`There is no suite named ${process.argv[2]}.`);
  }
  const counts = await suite.run();
  process.send?.(counts);
  process.disconnect();
});
