import { spawn } from 'node:child_process';

/**
 * Shows a page in the user's browser, where there is one.
 *
 * @param {string} url
 */
export function openUrl(url) {
  const opener = openerFor(process.platform);
  if (opener !== undefined) {
    const [command, ...args] = opener;
    spawn(command, [...args, url], { stdio: 'ignore', detached: true })
      .on('error', () => {})
      .unref();
  }
}

/**
 * @param {NodeJS.Platform} platform
 * @returns {[string, ...string[]] | undefined}
 */
function openerFor(platform) {
  switch (platform) {
    case 'darwin':
      return ['open'];
    case 'win32':
      return ['cmd', '/c', 'start', ''];
    default:
      return process.env['DISPLAY'] === undefined && process.env['WAYLAND_DISPLAY'] === undefined ? undefined : ['xdg-open'];
  }
}
