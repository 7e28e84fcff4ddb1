/**
 * Bundles the extension, the engine, the command line and the chat page into dist/.
 *
 *   node scripts/build.mjs [--production] [--watch]
 */
import { parseArgs } from 'node:util';
import { build, watch } from './lib/bundles.mjs';
import { runMain } from './lib/main.mjs';
import { inRoot } from './lib/paths.mjs';

await runMain(async () => {
  const { values } = parseArgs({ options: { production: { type: 'boolean', default: false }, watch: { type: 'boolean', default: false } } });
  const options = { production: values.production, out: inRoot('dist') };
  if (values.watch) {
    await watch(options);
    return;
  }
  const started = performance.now();
  await build(options);
  console.log(`build: done in ${Math.round(performance.now() - started)} ms`);
});
