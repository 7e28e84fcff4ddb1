import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * @param {...string} parts
 * @returns {string} an absolute path inside the repository
 */
export const inRoot = (...parts) => path.join(root, ...parts);

/** Tools, virtual environments, profiles and staging folders: everything that can be deleted and made again. */
export const cache = inRoot('.cache');
