import fs from 'node:fs';
import path from 'node:path';
import { hasApt, installByApt } from './apt.mjs';
import { hashOfFiles } from './hash.mjs';
import { note } from './log.mjs';
import { cache, inRoot } from './paths.mjs';
import { exitCodeOf, outputOf, run } from './run.mjs';

const folder = path.join(cache, 'python');
const python = path.join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
const requirements = inRoot('scripts', 'training-requirements.txt');

/** @type {Promise<string | undefined> | undefined} */
let made;

/**
 * A virtual environment for the training package, made once a process.
 *
 * @returns {Promise<string | undefined>} its Python; undefined on a machine without Python or its venv module
 */
export function trainingPython() {
  return (made ??= makeTrainingPython());
}

/** @returns {Promise<string | undefined>} */
async function makeTrainingPython() {
  const hash = hashOfFiles([requirements]);
  const marker = path.join(folder, 'complete');
  if (fs.existsSync(marker) && fs.readFileSync(marker, 'utf8') === hash) {
    return python;
  }
  if ((await outputOf('python3', ['-c', 'import sys; assert sys.version_info >= (3, 10)'])) === undefined) {
    return undefined;
  }
  note('Making a Python environment for training/ ...');
  fs.rmSync(folder, { recursive: true, force: true });
  if (!(await makeEnvironment())) {
    return undefined;
  }
  // Most of torch and transformers is never imported here: compiling all of it takes twice as long as installing it.
  const install = ['install', '--quiet', '--disable-pip-version-check', '--no-compile', '-r', requirements];
  await run(python, ['-m', 'pip', ...install], { quiet: true });
  fs.writeFileSync(marker, hash);
  return python;
}

/** @returns {Promise<boolean>} false where the venv module is missing and can't be installed without asking */
async function makeEnvironment() {
  const args = ['-m', 'venv', folder];
  // The python3 of Debian and Ubuntu comes without the venv module.
  const hasVenv = async () => (await outputOf('python3', ['-m', 'ensurepip', '--version'])) !== undefined;
  if (!(await hasVenv())) {
    const installed = hasApt() && (await installByApt(['python3-venv'], '').then(hasVenv, () => false));
    if (!installed) {
      note("Python's venv module is missing: apt-get install python3-venv");
      return false;
    }
  }
  if ((await exitCodeOf('python3', args, { quiet: true })) !== 0) {
    throw new Error(`python3 ${args.join(' ')} failed.`);
  }
  return true;
}
