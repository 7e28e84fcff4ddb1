/**
 * Makes the VSIX for this platform, for another one, or for all that Shorthand runs on.
 *
 *   node scripts/package.mjs [--target linux-x64 | --target all]
 *
 * SHORTHAND_BUNDLE names another model bundle than models/shorthand-nano.
 */
import { parseArgs } from 'node:util';
import { bootstrap } from './lib/bootstrap.mjs';
import { runMain } from './lib/main.mjs';
import { chosenTargets, currentTarget } from './lib/vsix.mjs';

await runMain(async () => {
  const { values } = parseArgs({ options: { target: { type: 'string', default: currentTarget } } });
  const targets = chosenTargets(values.target);
  if (!(await bootstrap())) {
    return;
  }
  const { packageExtension } = await import('./lib/packageExtension.mjs');
  const { sizeTable } = await import('./lib/sizes.mjs');
  await packageExtension(targets);
  console.log(`\n${sizeTable(targets)}`);
});
