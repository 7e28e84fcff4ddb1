import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Bundles the fake engine into a temporary folder, as the real one is bundled, and returns the script and a way to remove it. */
export async function buildFakeEngine(): Promise<{ readonly modulePath: string; readonly folder: string; readonly remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'shorthand-fake-engine-'));
  const modulePath = join(folder, 'fakeEngine.cjs');
  await build({ entryPoints: [join(import.meta.dirname, 'fakeEngine.ts')], bundle: true, platform: 'node', format: 'cjs', outfile: modulePath, logLevel: 'warning' });
  return { modulePath, folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
