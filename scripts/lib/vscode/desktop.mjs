import path from 'node:path';
import { cache } from '../paths.mjs';
import { outputOf, run } from '../run.mjs';

/** As package.json's engines.vscode. */
const oldest = { major: 1, minor: 106 };

/** True when this machine has a desktop, and a VS Code on the PATH that Shorthand runs in. */
export async function hasDesktopVsCode() {
  const hasDisplay = process.platform !== 'linux' || process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;
  // VS Code refuses to run as root, and the `code` in a remote terminal only talks to the window that the terminal is in.
  if (!hasDisplay || process.getuid?.() === 0 || process.env['VSCODE_IPC_HOOK_CLI'] !== undefined) {
    return false;
  }
  const version = await outputOf('code', ['--version']);
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
}

/**
 * Opens a window of a VS Code user of its own, and waits until it is closed.
 *
 * @param {string} vsix
 * @param {string} workspace
 */
export async function openDesktopVsCode(vsix, workspace) {
  const folder = path.join(cache, 'desktop');
  const isolation = ['--user-data-dir', path.join(folder, 'data'), '--extensions-dir', path.join(folder, 'extensions')];
  await run('code', [...isolation, '--install-extension', vsix, '--force'], { quiet: true });
  await run('code', [...isolation, '--disable-workspace-trust', '--new-window', '--wait', workspace]);
}
