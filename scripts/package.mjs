/**
 * Makes the VSIX for this platform (or another one whose native files are installed).
 *
 *   node scripts/package.mjs [--target linux-x64]
 *
 * SHORTHAND_BUNDLE names another model bundle than models/shorthand-nano.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrap } from './lib/bootstrap.mjs';
import { runMain } from './lib/main.mjs';
import { currentTarget } from './lib/vsix.mjs';

await runMain(async () => {
  const { values } = parseArgs({ options: { target: { type: 'string', default: currentTarget } } });
  if (!(await bootstrap())) {
    return;
  }
  const { packageExtension } = await import('./lib/packageExtension.mjs');
  const { megabytes, sizeOf } = await import('./lib/sizes.mjs');
  const file = await packageExtension(values.target);
  const stage = path.join(path.dirname(file), values.target);
  console.log('\nUncompressed:');
  for (const part of ['dist/extension.js', 'dist/engine.js', 'dist/cli.js', 'dist/webview', 'dist/node_modules/onnxruntime-node', 'dist/node_modules/koffi', 'dist/node_modules/@koromix', 'models']) {
    console.log(`  ${part.padEnd(40)} ${megabytes(sizeOf(path.join(stage, part))).padStart(9)}`);
  }
  console.log(`\n${file}: ${megabytes(sizeOf(file))}`);
});
