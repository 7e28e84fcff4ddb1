import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * A VS Code user of its own: settings, extensions and home folder.
 *
 * @typedef {object} Profile
 * @property {string} folder
 * @property {string} config code-server's own settings
 * @property {string} data
 * @property {string} extensions
 * @property {string} home
 */

const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'chat.disableAIFeatures': true,
  // Without VS Code's own chat the bar would open with nothing in it.
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'git.enabled': false,
};

/**
 * @param {string} folder
 * @param {Record<string, unknown>} [settings]
 * @returns {Profile}
 */
export function openProfile(folder, settings = {}) {
  const profile = {
    folder,
    config: path.join(folder, 'config.yaml'),
    data: path.join(folder, 'data'),
    extensions: path.join(folder, 'extensions'),
    home: path.join(folder, 'home'),
  };
  for (const place of [path.join(profile.data, 'User'), profile.extensions, profile.home]) {
    fs.mkdirSync(place, { recursive: true });
  }
  fs.writeFileSync(profile.config, 'auth: none\ncert: false\n');
  const file = settingsFile(profile);
  if (!fs.existsSync(file)) {
    fs.writeFileSync(file, JSON.stringify({ ...quietSettings, ...settings }, undefined, 2));
  }
  return profile;
}

/**
 * In the system's folder for temporary files: paths in the repository can be too long for the server's sockets.
 *
 * @param {string} name
 * @param {Record<string, unknown>} [settings]
 */
export function temporaryProfile(name, settings) {
  return openProfile(fs.mkdtempSync(path.join(os.tmpdir(), `shorthand-${name}-`)), settings);
}

/** @param {Profile} profile */
function settingsFile(profile) {
  return path.join(profile.data, 'User', 'settings.json');
}
