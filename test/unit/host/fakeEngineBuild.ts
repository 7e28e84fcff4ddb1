import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleScript } from '../bundleScript';

/** Bundles the fake engine into a temporary folder, as the real one is bundled, and returns the script and a way to remove it. */
export function buildFakeEngine(): { readonly modulePath: string; readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'shorthand-fake-engine-'));
  const modulePath = bundleScript(join(import.meta.dirname, 'fakeEngine.ts'), folder, 'fakeEngine');
  return { modulePath, folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
