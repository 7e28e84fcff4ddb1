import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../../..');

/** The files of the pages, by name. `SHORTHAND_WEBVIEW` names a folder with built ones; otherwise they are built from the sources. */
export async function pageFiles(): Promise<ReadonlyMap<string, Buffer>> {
  const given = process.env['SHORTHAND_WEBVIEW'];
  if (given !== undefined) {
    return readPage(given);
  }
  const out = mkdtempSync(join(tmpdir(), 'shorthand-page-'));
  try {
    await buildPage(out);
    return readPage(out);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function readPage(folder: string): ReadonlyMap<string, Buffer> {
  return new Map(['chat.js', 'chat.css', 'map.js', 'map.css', 'codicon.css', 'codicon.ttf'].map(name => [name, readFileSync(join(folder, name))]));
}

async function buildPage(out: string): Promise<void> {
  const common = { absWorkingDir: root, bundle: true, target: 'es2022', logLevel: 'warning' } as const;
  for (const [name, folder] of [
    ['chat', 'webview'],
    ['map', 'webview/map'],
  ] as const) {
    await build({ ...common, entryPoints: [`${folder}/main.ts`], platform: 'browser', format: 'iife', tsconfig: 'webview/tsconfig.json', outfile: join(out, `${name}.js`) });
    await build({ ...common, entryPoints: [`${folder}/${name}.css`], outfile: join(out, `${name}.css`) });
  }
  for (const name of ['codicon.css', 'codicon.ttf']) {
    copyFileSync(join(root, 'node_modules/@vscode/codicons/dist', name), join(out, name));
  }
}
