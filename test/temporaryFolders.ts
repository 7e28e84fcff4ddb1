import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

let folder: string | undefined;

/** Gives a run of Vitest a folder of its own for temporary files, removed at the end: a file without a chosen test runs no hook of its own. */
export function setup(): void {
  folder = mkdtempSync(path.join(tmpdir(), 'shorthand-tests-'));
  // Tests that give up their rights still have to get in.
  chmodSync(folder, 0o755);
  Object.assign(process.env, { TMPDIR: folder, TEMP: folder, TMP: folder });
}

export function teardown(): void {
  if (folder !== undefined) {
    rmSync(folder, { recursive: true, force: true });
  }
}
