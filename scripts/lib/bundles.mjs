import fs from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';

/**
 * What esbuild makes of the sources.
 *
 * @typedef {object} Bundle
 * @property {string} entry source file, relative to the repository
 * @property {import('esbuild').BuildOptions} options
 */

// Sources use import.meta so that they also run as ES modules under the test runner; CommonJS has other names for the same things.
/** @type {import('esbuild').BuildOptions} */
const node = {
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  define: { 'import.meta.url': 'importMetaUrl', 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
};

// Both are loaded from disk: they come with native files that a bundle can't hold.
const native = ['koffi', 'onnxruntime-node'];

/** @param {string} file */
function startsWithShebang(file) {
  return fs.existsSync(file) && fs.readFileSync(file, 'utf8').startsWith('#!');
}

/**
 * @param {string} out folder for the results
 * @returns {Bundle[]}
 */
export function bundles(out) {
  const cli = 'src/cli/main.ts';
  const shebang = startsWithShebang(inRoot(cli)) ? '' : '#!/usr/bin/env node\n';
  return [
    { entry: 'src/extension.ts', options: { ...node, outfile: path.join(out, 'extension.js'), external: ['vscode', ...native] } },
    { entry: 'src/engine/main.ts', options: { ...node, outfile: path.join(out, 'engine.js'), external: native } },
    { entry: cli, options: { ...node, outfile: path.join(out, 'cli.js'), external: native, banner: { js: shebang + (node.banner?.['js'] ?? '') } } },
    {
      entry: 'webview/main.ts',
      options: { platform: 'browser', format: 'iife', target: 'es2022', outfile: path.join(out, 'webview', 'chat.js'), tsconfig: 'webview/tsconfig.json' },
    },
    { entry: 'webview/chat.css', options: { target: 'es2022', outfile: path.join(out, 'webview', 'chat.css'), external: ['*.ttf'] } },
  ];
}
