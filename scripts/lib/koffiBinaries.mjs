import fs from 'node:fs';
import path from 'node:path';
import { note } from './log.mjs';
import { koffiPackage } from './nativeFiles.mjs';
import { cache, inRoot } from './paths.mjs';
import { run } from './run.mjs';

/** @typedef {{ version: string, integrity: string }} LockedPackage */

/**
 * Finds koffi's binaries for some platforms. npm has installed this machine's; those of others are fetched, once, and must have the
 * hashes of package-lock.json.
 *
 * @param {readonly string[]} targets
 * @returns {Promise<(target: string) => string>} the node_modules folder that has a target's package
 */
export async function koffiBinaries(targets) {
  const foreign = targets.filter(target => !fs.existsSync(inRoot('node_modules', koffiPackage(target))));
  const folder = path.join(cache, 'koffi');
  const names = foreign.map(koffiPackage);
  const wanted = locked(inRoot('package-lock.json'), names);
  if (!matches(wanted, folder)) {
    note('Fetching koffi for other platforms ...');
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    // A manifest of its own, or npm installs into the repository. `--force`: npm refuses packages for other platforms.
    fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
    const packages = names.map(name => `${name}@${wanted.get(name)?.version}`);
    await run('npm', ['install', '--force', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], { cwd: folder, quiet: true });
    if (!matches(wanted, folder)) {
      throw new Error(`The packages in ${folder} do not have the hashes of package-lock.json.`);
    }
  }
  return target => (foreign.includes(target) ? path.join(folder, 'node_modules') : inRoot('node_modules'));
}

/**
 * @param {string} file a lock file of npm
 * @param {readonly string[]} names
 * @returns {Map<string, LockedPackage>}
 */
function locked(file, names) {
  /** @type {{ packages: Record<string, LockedPackage> }} */
  const { packages } = JSON.parse(fs.readFileSync(file, 'utf8'));
  return new Map(
    names.flatMap(name => {
      const entry = packages[`node_modules/${name}`];
      return entry === undefined ? [] : [/** @type {const} */ ([name, entry])];
    }),
  );
}

/**
 * @param {Map<string, LockedPackage>} wanted
 * @param {string} folder
 */
function matches(wanted, folder) {
  const file = path.join(folder, 'node_modules', '.package-lock.json');
  if (wanted.size === 0 || !fs.existsSync(file)) {
    return wanted.size === 0;
  }
  const installed = locked(file, [...wanted.keys()]);
  return [...wanted].every(([name, { integrity }]) => installed.get(name)?.integrity === integrity);
}
