import fs from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { installByApt, isDebian } from '../apt.mjs';
import { note } from '../log.mjs';
import { exitCodeOf, outputOf } from '../run.mjs';

const names = ['chromium', 'google-chrome-stable', 'google-chrome', 'chromium-browser', 'chrome', 'microsoft-edge'];

const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

const missing = `The UI tests need Chromium or Chrome, and none was found.
  Debian:  apt-get install chromium fonts-dejavu-core
  Ubuntu:  install google-chrome-stable (Ubuntu's own chromium package is a snap)
  or set CHROME_PATH to the executable.`;

/** @returns {Promise<string | undefined>} */
export async function findChromium() {
  const given = process.env['CHROME_PATH'];
  const onPath = names.flatMap(name => (process.env['PATH'] ?? '').split(path.delimiter).map(folder => path.join(folder, name)));
  const candidates = [...(given === undefined ? [] : [given]), ...onPath, ...elsewhere, chromium.executablePath()].filter(file => fs.existsSync(file));
  for (const candidate of candidates) {
    // Ubuntu's /usr/bin/chromium-browser may be a script that asks for a snap: only what answers counts. Windows prints no version.
    if (process.platform === 'win32' || (await outputOf(candidate, ['--version'])) !== undefined) {
      return candidate;
    }
  }
  return undefined;
}

/** Finds a browser, or installs one where that is possible without asking. */
export async function ensureChromium() {
  const found = await findChromium();
  if (found !== undefined) {
    return found;
  }
  note('No Chromium found; installing it ...');
  const byApt =
    isDebian() &&
    (await installByApt(['chromium', 'fonts-dejavu-core'], missing).then(
      () => true,
      () => false,
    ));
  // Needs no rights, but libraries that a desktop has and a server may lack.
  if (!byApt) {
    await exitCodeOf(process.execPath, ['node_modules/playwright-core/cli.js', 'install', 'chromium']);
  }
  const installed = await findChromium();
  if (installed === undefined) {
    throw new Error(missing);
  }
  return installed;
}

export async function launchChromium() {
  const executablePath = await ensureChromium();
  return chromium.launch({
    executablePath,
    args: [
      // The sandbox does not work for root, which containers run as; only our own pages are opened.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}
