import fs from 'node:fs';
import { outputOf, run } from './run.mjs';

export function isDebian() {
  return fs.existsSync('/etc/os-release') && /^ID=debian$/m.test(fs.readFileSync('/etc/os-release', 'utf8'));
}

/** True for Debian and what is made from it. */
export function hasApt() {
  return fs.existsSync('/usr/bin/apt-get');
}

/**
 * Installs packages where that needs no password.
 *
 * @param {readonly string[]} packages
 * @param {string} advice for those who have to do it themselves
 */
export async function installByApt(packages, advice) {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && (await outputOf('sudo', ['-n', 'true'])) === undefined) {
    throw new Error(advice);
  }
  const [command, prefix] = isRoot ? ['apt-get', []] : ['sudo', ['-n', 'apt-get']];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run(command, [...prefix, 'update', '-qq'], { env, quiet: true });
  await run(command, [...prefix, 'install', '-y', '--no-install-recommends', ...packages], { env, quiet: true });
}
