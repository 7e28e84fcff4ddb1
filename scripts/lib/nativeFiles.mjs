import fs from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';

/** @type {Readonly<Record<string, readonly string[]>>} what ONNX Runtime loads beside itself for graphics cards: DirectML, and the shader compiler of WebGPU */
const companions = { win32: ['DirectML.dll', 'dxcompiler.dll', 'dxil.dll'] };

/** @type {Readonly<Record<string, string>>} names by Node's name of the platform, as src/engine/runtime/libraryPath.ts looks for them */
const libraries = { linux: 'libonnxruntime.so.1', darwin: 'libonnxruntime.1.dylib', win32: 'onnxruntime.dll' };

/**
 * The npm package with koffi's binary for a platform.
 *
 * @param {string} target as vsce names it, such as linux-x64
 */
export const koffiPackage = target => `@koromix/koffi-${target}`;

/**
 * The native part of the VSIX: what `koffi` and ONNX Runtime need at run time on one platform, and no more. Paths are relative to
 * node_modules. Left out are ONNX Runtime's binding for JavaScript, which koffi replaces, and a second copy of the library on macOS.
 *
 * @param {string} target
 * @returns {readonly string[]}
 */
function nativeFiles(target) {
  const [platform = '', arch = ''] = target.split('-');
  const koffi = koffiPackage(target);
  return [
    'onnxruntime-node/package.json',
    ...[libraries[platform], ...(companions[platform] ?? [])].map(file => `onnxruntime-node/bin/napi-v6/${platform}/${arch}/${file}`),
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
    // Linux has a second folder, for musl, which ONNX Runtime has no library for.
    `${koffi}/${platform}_${arch}/koffi.node`,
  ];
}

/**
 * Copies them below `dist`: vsce leaves a node_modules folder at the top out, and Node looks there as well.
 *
 * @param {string} target
 * @param {string} koffiFolder node_modules folder that has koffi's package for the target
 * @param {string} dist
 */
export function copyNativeFiles(target, koffiFolder, dist) {
  for (const file of nativeFiles(target)) {
    const from = file.startsWith(koffiPackage(target)) ? path.join(koffiFolder, file) : inRoot('node_modules', file);
    if (!fs.existsSync(from)) {
      throw new Error(`${from} is missing: run \`npm ci\`.`);
    }
    fs.cpSync(from, path.join(dist, 'node_modules', file), { dereference: true });
  }
}
