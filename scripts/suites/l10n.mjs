import fs from 'node:fs';
import path from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';
import { single } from '../lib/counts.mjs';
import { inRoot } from '../lib/paths.mjs';
import { translationProblems } from '../lib/translations.mjs';

const bundleFile = inRoot('l10n', 'bundle.l10n.json');

/**
 * The texts that the sources pass to l10n.t, in the form that the bundle has on disk.
 *
 * @returns {Promise<string>}
 */
async function extract() {
  const texts = await getL10nJson(sourceFiles().map(file => ({ extension: '.ts', contents: fs.readFileSync(file, 'utf8') })));
  const sorted = Object.fromEntries(Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(sorted, undefined, 2)}\n`;
}

function sourceFiles() {
  return ['src/host', 'webview', 'src/extension.ts'].flatMap(place => sources(inRoot(place))).sort();
}

/**
 * @param {string} place
 * @returns {string[]}
 */
function sources(place) {
  if (fs.statSync(place).isFile()) {
    return [place];
  }
  return fs
    .readdirSync(place, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map(name => path.join(place, name));
}

export async function writeL10n() {
  fs.writeFileSync(bundleFile, await extract());
}

/** @param {string} file */
function readKeys(file) {
  /** @type {object} */
  const texts = JSON.parse(fs.readFileSync(file, 'utf8'));
  return Object.keys(texts);
}

/** Every `%key%` of the manifest has a text, and every text is used. */
function manifestProblems() {
  const used = new Set([...fs.readFileSync(inRoot('package.json'), 'utf8').matchAll(/"%([^%"]+)%"/g)].flatMap(match => match[1] ?? []));
  const defined = new Set(readKeys(inRoot('package.nls.json')));
  return [
    ...[...used].filter(key => !defined.has(key)).map(key => `package.nls.json lacks ${key}`),
    ...[...defined].filter(key => !used.has(key)).map(key => `package.nls.json has ${key}, which package.json does not use`),
  ];
}

/** The extractor reads an escaped sign as another one, and no translation would be found. */
function escapeProblems() {
  const escaped = sourceFiles().filter(file => /l10n\.t\(\s*"(?:[^"\\]|\\.)*\\u/.test(fs.readFileSync(file, 'utf8')));
  return escaped.map(file => `${path.relative(inRoot(), file)} escapes a sign in a text: write it as it is`);
}

/** @returns {Promise<import('../lib/counts.mjs').Counts>} */
export async function l10n() {
  const current = fs.existsSync(bundleFile) && fs.readFileSync(bundleFile, 'utf8') === (await extract());
  const problems = [...(current ? [] : ['l10n/bundle.l10n.json is not what the sources say: run `npm run l10n`']), ...escapeProblems(), ...manifestProblems(), ...(current ? translationProblems() : [])];
  for (const problem of problems) {
    console.log(problem);
  }
  return single(problems.length === 0);
}
