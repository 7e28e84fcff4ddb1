/**
 * Bundles the extension, the engine, the command line and the chat page.
 *
 *   node scripts/build.mjs [--production] [--watch] [--out <folder>]
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import esbuild from 'esbuild';
import { bundles } from './lib/bundles.mjs';
import { inRoot, root } from './lib/paths.mjs';

const { values } = parseArgs({
  options: { production: { type: 'boolean', default: false }, watch: { type: 'boolean', default: false }, out: { type: 'string', default: inRoot('dist') } },
});
const out = path.resolve(values.out);

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  minify: values.production,
  // Class names appear in error messages and logs.
  keepNames: values.production,
  sourcemap: !values.production,
  sourcesContent: false,
  logLevel: 'warning',
};

/** The icon font that the chat page shares with VS Code. */
function copyCodicons() {
  fs.mkdirSync(path.join(out, 'webview'), { recursive: true });
  for (const name of ['codicon.css', 'codicon.ttf']) {
    fs.copyFileSync(inRoot('node_modules/@vscode/codicons/dist', name), path.join(out, 'webview', name));
  }
}

const all = bundles(out).filter(({ entry }) => {
  const exists = fs.existsSync(inRoot(entry));
  if (!exists) {
    console.warn(`build: ${entry} does not exist yet, left out`);
  }
  return exists;
});

if (values.watch) {
  const contexts = await Promise.all(all.map(({ entry, options }) => esbuild.context({ ...common, ...options, entryPoints: [entry], logLevel: 'info' })));
  copyCodicons();
  await Promise.all(contexts.map(context => context.watch()));
} else {
  const started = performance.now();
  await Promise.all(all.map(({ entry, options }) => esbuild.build({ ...common, ...options, entryPoints: [entry] })));
  copyCodicons();
  const cli = path.join(out, 'cli.js');
  if (fs.existsSync(cli)) {
    fs.chmodSync(cli, 0o755);
  }
  console.log(`build: ${all.length} bundles in ${Math.round(performance.now() - started)} ms -> ${path.relative(root, out) || out}`);
}
