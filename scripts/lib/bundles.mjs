import fs from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';
import { inRoot, root } from './paths.mjs';

/** @typedef {{ production: boolean, out: string }} BuildOptions */

const importMetaUrl = "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;";

// Sources use import.meta so that they also run as ES modules under the test runner; CommonJS has other names for the same things.
/** @type {esbuild.BuildOptions} */
const node = {
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  define: { 'import.meta.url': 'importMetaUrl', 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  banner: { js: importMetaUrl },
};

// Both are loaded from disk: they come with native files that a bundle can't hold.
const native = ['koffi', 'onnxruntime-node'];

/** @type {Record<string, esbuild.BuildOptions>} */
const bundles = {
  'extension.js': { ...node, entryPoints: ['src/extension.ts'], external: ['vscode', ...native] },
  'engine.js': { ...node, entryPoints: ['src/engine/main.ts'], external: native },
  'builder.js': { ...node, entryPoints: ['src/builder/main.ts'], external: native },
  'probe.js': { ...node, entryPoints: ['src/probe/main.ts'], external: native },
  'cli.js': { ...node, entryPoints: ['src/cli/main.ts'], external: native, banner: { js: `#!/usr/bin/env node\n${importMetaUrl}` } },
  'webview/chat.js': { entryPoints: ['webview/main.ts'], platform: 'browser', format: 'iife', target: 'es2022', tsconfig: 'webview/tsconfig.json' },
  'webview/chat.css': { entryPoints: ['webview/chat.css'], target: 'es2022', external: ['*.ttf'] },
  'webview/map.js': { entryPoints: ['webview/map/main.ts'], platform: 'browser', format: 'iife', target: 'es2022', tsconfig: 'webview/tsconfig.json' },
  'webview/map.css': { entryPoints: ['webview/map/map.css'], target: 'es2022' },
};

/**
 * @param {BuildOptions} options
 * @returns {esbuild.BuildOptions[]}
 */
function configurations({ production, out }) {
  return Object.entries(bundles).map(([file, options]) => ({
    absWorkingDir: root,
    bundle: true,
    minify: production,
    // Class and function names appear in error messages and logs.
    keepNames: production,
    sourcemap: !production,
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
    ...options,
    outfile: path.join(out, file),
  }));
}

/** The icon font that the pages share with VS Code. */
function copyCodicons(/** @type {string} */ out) {
  fs.mkdirSync(path.join(out, 'webview'), { recursive: true });
  for (const name of ['codicon.css', 'codicon.ttf']) {
    fs.copyFileSync(inRoot('node_modules/@vscode/codicons/dist', name), path.join(out, 'webview', name));
  }
}

/**
 * @param {BuildOptions} options
 * @returns {Promise<string[]>} the source files that went in, relative to the repository
 */
export async function build(options) {
  const results = await Promise.all(configurations(options).map(configuration => esbuild.build(configuration)));
  copyCodicons(options.out);
  fs.chmodSync(path.join(options.out, 'cli.js'), 0o755);
  return [...new Set(results.flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {})))];
}

/**
 * Bundles a script that runs the product's code in a process of its own, as the product is bundled. It must lie inside the repository, where
 * native packages are found.
 *
 * @param {string} entry
 * @param {string} outfile
 */
export async function buildScript(entry, outfile) {
  await esbuild.build({ ...node, absWorkingDir: root, bundle: true, external: native, logLevel: 'warning', entryPoints: [entry], outfile });
}

/**
 * Builds again whenever a source changes, until the process ends.
 *
 * @param {BuildOptions} options
 */
export async function watch(options) {
  const contexts = await Promise.all(configurations(options).map(configuration => esbuild.context({ ...configuration, logLevel: 'info' })));
  copyCodicons(options.out);
  await Promise.all(contexts.map(context => context.watch()));
}
