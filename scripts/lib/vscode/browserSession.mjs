import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { note } from '../log.mjs';
import { cache } from '../paths.mjs';
import { installCodeServer } from './install.mjs';
import { openUrl } from './openUrl.mjs';
import { openProfile } from './profile.mjs';
import { installExtension, startServer } from './server.mjs';

const settings = {
  // The sample workspace is ours.
  'security.workspace.trust.enabled': false,
};

/**
 * Serves VS Code with the extension to the browser, until Ctrl+C.
 *
 * @param {string} vsix
 * @param {string} workspace
 * @param {{ open: boolean, port: number }} options
 */
export async function serveVsCode(vsix, workspace, { open, port }) {
  await installCodeServer();
  const profile = openProfile(path.join(cache, 'start'), settings);
  fs.rmSync(profile.extensions, { recursive: true, force: true });
  await installExtension(profile, vsix);
  // The default place can be too long for a socket.
  const socket = path.join(os.tmpdir(), `shorthand-${process.pid}.sock`);
  const server = await startServer(profile, { port, args: ['--disable-workspace-trust', '--session-socket', socket] });
  const url = `${server.origin}/?folder=${encodeURIComponent(workspace)}`;
  note('VS Code is ready. Try "Shorthand: Compress Workspace" in the command palette, then the chat. Ctrl+C ends it.');
  console.log(`\n  ${url}\n`);
  if (open) {
    openUrl(url);
  }
  const interrupted = new Promise(resolve => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  });
  const ended = await Promise.race([interrupted.then(() => undefined), server.exited]);
  await server.stop();
  fs.rmSync(socket, { force: true });
  if (ended !== undefined) {
    throw new Error(`The VS Code server ended by itself; see ${server.log}`);
  }
}
