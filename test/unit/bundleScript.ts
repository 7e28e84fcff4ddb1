import path from 'node:path';
import { buildSync } from 'esbuild';

/** Makes one script of a TypeScript file and all that it imports, for a process of its own: `folder`/`name`.cjs. */
export function bundleScript(source: string, folder: string, name = 'child'): string {
  const script = path.join(folder, `${name}.cjs`);
  buildSync({ entryPoints: [source], bundle: true, platform: 'node', format: 'cjs', outfile: script });
  return script;
}
