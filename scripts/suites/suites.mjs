import { single, sum } from '../lib/counts.mjs';
import { inRoot } from '../lib/paths.mjs';
import { trainingPython } from '../lib/python.mjs';
import { exitCodeOf } from '../lib/run.mjs';
import { inhost } from './inhost.mjs';
import { l10n } from './l10n.mjs';
import { start } from './start.mjs';
import { training } from './training.mjs';
import { vitest } from './vitest.mjs';

/**
 * @typedef {object} Suite
 * @property {string} name as --only takes it
 * @property {string} title
 * @property {'sources' | 'product'} lane the product's are about what `build` and `package` make, the rest of the sources alone
 * @property {() => Promise<unknown>} [prepare] what may be done while the suites before it run
 * @property {() => Promise<import('../lib/counts.mjs').Counts>} run
 */

/**
 * @param {string} script
 * @param {readonly string[]} args
 */
async function node(script, args) {
  return single((await exitCodeOf(process.execPath, [inRoot(script), ...args])) === 0);
}

/** The chat page has the DOM and nothing of Node: a project of its own. */
async function types() {
  const tsc = 'node_modules/typescript/bin/tsc';
  return sum([await node(tsc, []), await node(tsc, ['-p', 'webview'])]);
}

/** The VSIX of every platform, and a look at what is in them. */
async function packages() {
  const packaged = await node('scripts/package.mjs', ['--target', 'all']);
  return packaged.failed > 0 ? packaged : sum([packaged, await vitest('package', ['test/package'])]);
}

/** @type {Suite[]} in the order in which those of a lane run: what is fast and fails often comes first */
export const suites = [
  { name: 'lint', title: 'Lint', lane: 'sources', run: () => node('node_modules/eslint/bin/eslint.js', ['.']) },
  { name: 'types', title: 'Types', lane: 'sources', run: types },
  { name: 'l10n', title: 'Translatable texts', lane: 'sources', run: l10n },
  { name: 'unit', title: 'Unit tests', lane: 'sources', run: () => vitest('unit', ['test/unit']) },
  { name: 'parity', title: 'Parity with the PyTorch references', lane: 'sources', run: () => vitest('parity', ['test/parity']) },
  { name: 'training', title: 'Training package', lane: 'sources', prepare: trainingPython, run: training },
  { name: 'build', title: 'Build', lane: 'product', run: () => node('scripts/build.mjs', []) },
  { name: 'package', title: 'Package', lane: 'product', run: packages },
  { name: 'webview', title: 'Chat page in a browser', lane: 'sources', run: () => vitest('webview', ['--config', 'test/ui/vitest.config.mts']) },
  { name: 'inhost', title: 'In the extension host', lane: 'product', run: inhost },
  { name: 'ui', title: 'In VS Code, as its user', lane: 'product', run: () => vitest('ui', ['--config', 'test/ui/story/vitest.config.mts']) },
  { name: 'start', title: 'npm start', lane: 'product', run: start },
];
