import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Starts the system's Chromium without a window. */
export async function launchBrowser(): Promise<Browser> {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).flatMap(folder => names.map(name => join(folder, name)));
  const executablePath = process.env['CHROMIUM'] ?? onPath.find(path => existsSync(path));
  if (executablePath === undefined) {
    throw new Error('These tests need Chromium: install it, or set CHROMIUM to its path.');
  }
  // Containers often run as root, where Chromium refuses its sandbox.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
