import fs from 'node:fs';
import path from 'node:path';
import { none, single, sum } from '../lib/counts.mjs';
import { cache, inRoot } from '../lib/paths.mjs';
import { trainingPython } from '../lib/python.mjs';
import { exitCodeOf } from '../lib/run.mjs';

/** @typedef {import('../lib/counts.mjs').Counts} Counts */

/** @returns {Promise<Counts>} */
export async function training() {
  const python = await trainingPython();
  if (python === undefined) {
    console.log('Skipped: there is no python3 (3.10 or newer) with its venv module on this machine.');
    return { ...none, skipped: 1 };
  }
  const cwd = inRoot('training');
  const lint = single((await exitCodeOf(python, ['-m', 'ruff', 'check', '.'], { cwd })) === 0);
  const report = path.join(cache, 'results', 'training.xml');
  fs.rmSync(report, { force: true });
  const code = await exitCodeOf(python, ['-m', 'pytest', '-q', `--junitxml=${report}`], { cwd });
  return sum([lint, fs.existsSync(report) ? junitCounts(fs.readFileSync(report, 'utf8')) : single(code === 0)]);
}

/**
 * @param {string} xml
 * @returns {Counts}
 */
function junitCounts(xml) {
  const count = (/** @type {string} */ name) => Number(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`).exec(xml)?.[1] ?? 0);
  const failed = count('failures') + count('errors');
  const skipped = count('skipped');
  return { passed: count('tests') - failed - skipped, failed, skipped };
}
