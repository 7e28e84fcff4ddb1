import fs from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';

/**
 * The native part of the VSIX: what `koffi` and `onnxruntime-node` need at run time on one platform, and no more. Paths are relative to
 * node_modules.
 *
 * @param {string} target as vsce names it, such as linux-x64
 * @returns {string[]}
 */
function nativeFiles(target) {
  const [platform = '', arch = ''] = target.split('-');
  const koffi = `@koromix/koffi-${target}`;
  return [
    'onnxruntime-node/package.json',
    `onnxruntime-node/bin/napi-v6/${platform}/${arch}`,
    'koffi/package.json',
    'koffi/LICENSE.txt',
    'koffi/index.cjs',
    'koffi/index.js',
    'koffi/src/koffi/index.cjs',
    'koffi/src/koffi/index.js',
    'koffi/src/koffi/src/static.cjs',
    'koffi/src/koffi/src/static.js',
    `${koffi}/package.json`,
    `${koffi}/index.js`,
    // Linux has a second folder, for musl, which is a target of its own.
    `${koffi}/${platform}_${arch}`,
  ];
}

/**
 * Copies them below `dist`: vsce leaves a node_modules folder at the top out, and Node looks there as well.
 *
 * @param {string} target
 * @param {string} dist
 */
export function copyNativeFiles(target, dist) {
  for (const file of nativeFiles(target)) {
    const from = inRoot('node_modules', file);
    if (!fs.existsSync(from)) {
      throw new Error(`${from} is missing: the dependencies were installed for another platform than ${target}.`);
    }
    fs.cpSync(from, path.join(dist, 'node_modules', file), { recursive: true, dereference: true });
  }
}
