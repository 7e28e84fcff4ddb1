import fs from 'node:fs';
import path from 'node:path';
import { installByApt, isDebian } from './apt.mjs';
import { hashOfFiles } from './hash.mjs';
import { note } from './log.mjs';
import { cache, inRoot } from './paths.mjs';
import { exitCodeOf, outputOf, run } from './run.mjs';

const folder = path.join(cache, 'python');
const python = path.join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
const requirements = inRoot('scripts', 'training-requirements.txt');

/**
 * Makes a virtual environment for the training package.
 *
 * @returns {Promise<string | undefined>} its Python; undefined on a machine without Python
 */
export async function trainingPython() {
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
  await makeEnvironment();
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements], { quiet: true });
  fs.writeFileSync(marker, hash);
  return python;
}

async function makeEnvironment() {
  const args = ['-m', 'venv', folder];
  // Debian's python3 comes without the venv module.
  if (isDebian() && (await outputOf('python3', ['-m', 'ensurepip', '--version'])) === undefined) {
    await installByApt(['python3-venv'], "Python's venv module is missing: apt-get install python3-venv");
  }
  if ((await exitCodeOf('python3', args, { quiet: true })) !== 0) {
    throw new Error(`python3 ${args.join(' ')} failed.`);
  }
}
