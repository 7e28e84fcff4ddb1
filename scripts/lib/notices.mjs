import fs from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';

/**
 * The licences of the packages that the VSIX contains.
 *
 * @param {readonly string[]} inputs source files of the bundles, relative to the repository
 * @param {readonly string[]} others packages that are shipped as they are
 * @returns {string}
 */
export function thirdPartyNotices(inputs, others) {
  const bundled = inputs.flatMap(file => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
  const notices = [...new Set([...bundled, ...others])].sort().map(notice);
  return `Shorthand contains the following software.\n\n${notices.join('\n')}`;
}

/** @param {string} name */
function notice(name) {
  const folder = inRoot('node_modules', name);
  /** @type {{ version: string, license?: string }} */
  const { version, license } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = fs.readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? `Licence: ${license ?? 'see the package'}` : fs.readFileSync(path.join(folder, file), 'utf8').trim();
  return `${'-'.repeat(80)}\n${name} ${version}\n\n${text}\n`;
}
