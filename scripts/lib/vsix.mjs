import path from 'node:path';
import { cache } from './paths.mjs';

/** The platform of this machine as vsce names it. */
export const currentTarget = `${process.platform}-${process.arch}`;

/** Platforms that ONNX Runtime's npm package has a library for. */
export const targets = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];

/** @type {Readonly<Record<string, string>>} */
const reasons = {
  'darwin-x64': 'onnxruntime-node has no library for Intel Macs',
  'alpine-x64': "onnxruntime-node's library needs glibc, which Alpine lacks",
  'alpine-arm64': "onnxruntime-node's library needs glibc, which Alpine lacks",
  'linux-armhf': 'onnxruntime-node has no library for 32-bit ARM',
  web: 'the model runs in a process, and a browser has none',
};

/**
 * @param {string} choice a target of vsce, or `all`
 * @returns {readonly string[]}
 */
export function chosenTargets(choice) {
  if (choice !== 'all' && !targets.includes(choice)) {
    throw new Error(`Shorthand can't be packaged for ${choice}: ${reasons[choice] ?? 'it is unknown'}. There are: ${targets.join(', ')}.`);
  }
  return choice === 'all' ? targets : [choice];
}

/** The folder from which a VSIX is made; it stays for a look at what went in. */
export function stagePath(target = currentTarget) {
  return path.join(cache, 'vsix', target);
}

/** @param {string} [target] */
export function vsixPath(target = currentTarget) {
  return path.join(cache, 'vsix', `shorthand-${target}.vsix`);
}
