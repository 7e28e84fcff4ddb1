import fs from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';

/**
 * Copies source files of Shorthand itself, as a workspace of real code that tests and demonstrations may change.
 *
 * @param {string} to
 * @param {readonly string[]} folders of the repository; a single one becomes the workspace itself
 */
export function copySources(to, folders) {
  for (const folder of folders) {
    fs.cpSync(inRoot(folder), folders.length === 1 ? to : path.join(to, folder), { recursive: true, filter: isSource });
  }
}

/** @param {string} file */
function isSource(file) {
  return !/(^|\/)(__pycache__|node_modules|\.[^/]+|[^/]+\.egg-info)$/.test(file.replaceAll(path.sep, '/').slice(inRoot().length));
}
