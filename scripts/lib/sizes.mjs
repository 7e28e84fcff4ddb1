import fs from 'node:fs';
import path from 'node:path';
import { stagePath, vsixPath } from './vsix.mjs';

/**
 * @param {string} place
 * @returns {number} bytes of a file or of all files in a folder
 */
export function sizeOf(place) {
  const stat = fs.statSync(place);
  return stat.isDirectory() ? fs.readdirSync(place).reduce((sum, name) => sum + sizeOf(path.join(place, name)), 0) : stat.size;
}

/** @param {number} bytes */
export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

const parts = ['dist/extension.js', 'dist/engine.js', 'dist/builder.js', 'dist/cli.js', 'dist/webview', 'dist/node_modules/onnxruntime-node', 'dist/node_modules/koffi', 'dist/node_modules/@koromix', 'models'];

/**
 * What the VSIX files weigh, and what their parts weigh unpacked.
 *
 * @param {readonly string[]} targets
 * @returns {string}
 */
export function sizeTable(targets) {
  const row = (/** @type {string} */ name, /** @type {(target: string) => string} */ cell) => [name.padEnd(36), ...targets.map(target => cell(target).padStart(13))].join('');
  const size = (/** @type {string} */ place) => megabytes(sizeOf(place));
  return [
    row('', target => target),
    row('VSIX', target => size(vsixPath(target))),
    row('unpacked', target => size(stagePath(target))),
    ...parts.map(part => row(`  ${part}`, target => size(path.join(stagePath(target), part)))),
    '',
    ...targets.map(target => vsixPath(target)),
  ].join('\n');
}
