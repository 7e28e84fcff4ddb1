import fs from 'node:fs';
import path from 'node:path';
import { hashOfFiles } from '../hash.mjs';
import { note } from '../log.mjs';
import { cache, inRoot } from '../paths.mjs';
import { run } from '../run.mjs';

/**
 * code-server is VS Code's workbench and extension host as an npm package. It lives in a folder of its own: it is no dependency of
 * Shorthand, and it weighs 600 MB.
 */
const folder = path.join(cache, 'vscode');
const vscode = path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');

export const codeServer = path.join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js');

export async function installCodeServer() {
  const manifests = ['package.json', 'package-lock.json'].map(name => inRoot('test', 'vscode', name));
  const hash = hashOfFiles(manifests);
  const marker = path.join(folder, 'complete');
  if (fs.existsSync(marker) && fs.readFileSync(marker, 'utf8') === hash) {
    return;
  }
  note('Installing VS Code for the tests (code-server from npm, 600 MB on disk) ...');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  for (const manifest of manifests) {
    fs.copyFileSync(manifest, path.join(folder, path.basename(manifest)));
  }
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['ci', ...flags], { cwd: folder, quiet: true });
  // `npm ci` refuses the shrinkwraps inside the package (they don't match its manifests); `npm install` honours them. Nothing is
  // compiled: what the native modules add (log files, terminals) the tests don't need.
  for (const inner of [vscode, path.join(vscode, 'extensions')]) {
    await run('npm', ['install', '--omit=dev', '--no-save', ...flags], { cwd: inner, quiet: true });
  }
  linkScript('bin/remote-cli', { linux: 'code-linux.sh', darwin: 'code-darwin.sh' }, 'code-server');
  linkScript('bin/helpers', { linux: 'browser-linux.sh', darwin: 'browser-darwin.sh' }, 'browser.sh');
  fs.writeFileSync(marker, hash);
}

/**
 * The package's install script, which is not run, would choose these by platform.
 *
 * @param {string} place
 * @param {Partial<Record<NodeJS.Platform, string>>} sources
 * @param {string} name
 */
function linkScript(place, sources, name) {
  const source = sources[process.platform];
  if (source !== undefined) {
    const link = path.join(vscode, place, name);
    fs.rmSync(link, { force: true });
    fs.symlinkSync(source, link);
  }
}
