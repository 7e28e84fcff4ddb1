import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { ensureChromium } from '../../../scripts/lib/vscode/chromium.mjs';

/** What a Chromium brings for machines without a graphics card: a Vulkan loader and a Vulkan driver in software. */
const loader = 'libvulkan.so.1';
const driver = 'vk_swiftshader_icd.json';

/**
 * The environment of a process that finds a graphics card everywhere: the one in software of the browser that the UI tests use. Elsewhere
 * than on Linux the system's own is found.
 */
export async function softwareGraphics(): Promise<NodeJS.ProcessEnv> {
  if (process.platform !== 'linux') {
    return process.env;
  }
  const browser = path.dirname(realpathSync(await ensureChromium()));
  // Debian starts its browser by a script that lies elsewhere.
  const folder = [browser, '/usr/lib/chromium', '/usr/lib/chromium-browser'].find(place => existsSync(path.join(place, driver)));
  if (folder === undefined || !existsSync(path.join(folder, loader))) {
    throw new Error(`The browser in ${browser} has no ${loader} and ${driver}.`);
  }
  return { ...process.env, LD_LIBRARY_PATH: folder, VK_ICD_FILENAMES: path.join(folder, driver) };
}
