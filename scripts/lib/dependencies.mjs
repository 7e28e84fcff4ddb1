import fs from 'node:fs';
import { note } from './log.mjs';
import { inRoot } from './paths.mjs';
import { run } from './run.mjs';

/** Only Node's own modules here: this runs before anything is installed. */

/** The inference runtime's CPU libraries are in its package; its install script would fetch others. */
export const installEnvironment = { ONNXRUNTIME_NODE_INSTALL: 'skip' };

/**
 * @typedef {{ version?: string, optional?: boolean, link?: boolean }} LockedPackage
 * @param {string} file
 * @returns {Record<string, LockedPackage> | undefined}
 */
function readLock(file) {
  if (!fs.existsSync(file)) {
    return undefined;
  }
  /** @type {{ packages: Record<string, LockedPackage> }} */
  const lock = JSON.parse(fs.readFileSync(file, 'utf8'));
  return lock.packages;
}

/** True when node_modules holds just what the lock file names (packages for other platforms aside). */
export function dependenciesAreCurrent() {
  const wanted = readLock(inRoot('package-lock.json'));
  const installed = readLock(inRoot('node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) {
    return false;
  }
  return Object.entries(wanted).every(([folder, { version, optional }]) => folder === '' || (optional && installed[folder] === undefined) || installed[folder]?.version === version);
}

export async function installDependencies() {
  if (dependenciesAreCurrent()) {
    return;
  }
  if (fs.lstatSync(inRoot('node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
    // npm ci would empty the folder that the link leads to, and then replace the link.
    throw new Error('node_modules is a link to a folder that does not fit package-lock.json: install there first.');
  }
  note('Installing the dependencies (npm ci) ...');
  await run('npm', ['ci', '--no-audit', '--no-fund'], { env: installEnvironment });
}
