import fs from 'node:fs';
import path from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { build } from './bundles.mjs';
import { koffiBinaries } from './koffiBinaries.mjs';
import { copyNativeFiles } from './nativeFiles.mjs';
import { thirdPartyNotices } from './notices.mjs';
import { cache, inRoot } from './paths.mjs';
import { currentTarget, stagePath, vsixPath } from './vsix.mjs';

const bundlePlace = 'models/shorthand-nano';

/** Files and folders that go into the VSIX as they are; .vscodeignore has the last word. */
const asTheyAre = ['README.md', 'CHANGELOG.md', 'LICENSE', 'NOTICE', '.vscodeignore', 'l10n', 'media', 'models/catalogue.json', 'package.nls.json'];

/**
 * Makes the VSIX of each platform from a staging folder. Everything but the native files is the same in all of them and is built once.
 *
 * @param {readonly string[]} targets
 * @returns {Promise<void>}
 */
export async function packageExtension(targets = [currentTarget]) {
  const koffiFolder = await koffiBinaries(targets);
  const common = path.join(cache, 'vsix', 'common');
  await stageCommonFiles(common);
  for (const target of targets) {
    const stage = stagePath(target);
    fs.rmSync(stage, { recursive: true, force: true });
    fs.cpSync(common, stage, { recursive: true, mode: fs.constants.COPYFILE_FICLONE });
    copyNativeFiles(target, koffiFolder(target), path.join(stage, 'dist'));
    await createVSIX({ cwd: stage, packagePath: vsixPath(target), target, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false });
  }
}

/** @param {string} stage */
async function stageCommonFiles(stage) {
  fs.rmSync(stage, { recursive: true, force: true });
  const inputs = await build({ production: true, out: path.join(stage, 'dist') });
  copyBundle(process.env['SHORTHAND_BUNDLE'] ?? inRoot(bundlePlace), path.join(stage, bundlePlace));
  for (const entry of [...asTheyAre, ...translations()]) {
    if (fs.existsSync(inRoot(entry))) {
      fs.cpSync(inRoot(entry), path.join(stage, entry), { recursive: true });
    }
  }
  fs.writeFileSync(path.join(stage, 'ThirdPartyNotices.txt'), thirdPartyNotices(inputs, ['koffi', 'onnxruntime-node']));
  writeManifest(stage);
}

/** Translated manifest texts: package.nls.<language>.json. */
function translations() {
  return fs.readdirSync(inRoot()).filter(name => /^package\.nls\..+\.json$/.test(name));
}

/**
 * Copies what the manifest names, and the texts beside it; a training run's other output stays behind.
 *
 * @param {string} from
 * @param {string} to
 */
function copyBundle(from, to) {
  const manifestFile = path.join(from, 'bundle.json');
  if (!fs.existsSync(manifestFile)) {
    throw new Error(`There is no bundle in ${from}.`);
  }
  /** @type {{ files: { path: string }[] }} */
  const manifest = JSON.parse(fs.readFileSync(manifestFile, 'utf8'));
  const texts = fs.readdirSync(from).filter(name => /^(LICENSE|NOTICE|.+\.md$)/.test(name));
  for (const file of ['bundle.json', ...texts, ...manifest.files.map(entry => entry.path)]) {
    fs.cpSync(path.join(from, file), path.join(to, file));
  }
}

/**
 * What only development needs stays out of the installed manifest.
 *
 * @param {string} stage
 */
function writeManifest(stage) {
  /** @type {Record<string, unknown>} */
  const manifest = JSON.parse(fs.readFileSync(inRoot('package.json'), 'utf8'));
  delete manifest['scripts'];
  delete manifest['allowScripts'];
  delete manifest['devDependencies'];
  delete manifest['dependencies'];
  delete manifest['private'];
  fs.writeFileSync(path.join(stage, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}
