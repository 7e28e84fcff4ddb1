import path from 'node:path';
import { cache } from './paths.mjs';

/** The platform of this machine as vsce names it. */
export const currentTarget = `${process.platform}-${process.arch}`;

/** @param {string} [target] */
export function vsixPath(target = currentTarget) {
  return path.join(cache, 'vsix', `shorthand-${target}.vsix`);
}
