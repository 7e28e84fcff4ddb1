import ignore, { type Ignore } from 'ignore';

/**
 * Files that hold nothing to learn from (lock files, generated and bundled code) or that should not be copied into a cache (keys).
 * Globs as in VS Code's `files.exclude`. Pictures, archives and the like are found by their bytes.
 */
export const noiseExcludes = [
  '**/{package-lock.json,npm-shrinkwrap.json,pnpm-lock.yaml,bun.lockb,go.sum,Pipfile.lock,*.lock}',
  '**/*.{min.js,min.css,min.mjs,bundle.js,map,snap,svg}',
  '**/{node_modules,bower_components,__pycache__,.venv,.svn,.hg,CVS}',
  '**/{.env,.env.*,*.pem,*.key,id_rsa,id_ed25519}',
] as const;

/** Git compares names without case where the file system does. */
export const ignoreCase = process.platform === 'win32' || process.platform === 'darwin';

/** More alternatives than this in one glob are refused: nested braces grow exponentially. */
const mostAlternatives = 1000;

/** Expands `{a,b}` groups, nested ones too. Braces without a match are literal. */
export function expandBraces(glob: string): readonly string[] {
  const out: string[] = [];
  const pending = [glob];
  for (let pattern = pending.pop(); pattern !== undefined; pattern = pending.pop()) {
    const group = firstGroup(pattern);
    if (group === undefined || out.length + pending.length > mostAlternatives) {
      out.push(pattern);
      continue;
    }
    const head = pattern.slice(0, group.start);
    const tail = pattern.slice(group.end + 1);
    for (const alternative of group.alternatives.toReversed()) {
      pending.push(head + alternative + tail);
    }
  }
  return out;
}

/** The first closed brace group: where its braces are, and its parts. */
function firstGroup(pattern: string): { readonly start: number; readonly end: number; readonly alternatives: readonly string[] } | undefined {
  for (let start = pattern.indexOf('{'); start >= 0; start = pattern.indexOf('{', start + 1)) {
    const alternatives: string[] = [];
    let depth = 0;
    let from = start + 1;
    for (let i = start; i < pattern.length; i++) {
      const character = pattern.charAt(i);
      if (character === '{') {
        depth++;
      } else if (character === ',' && depth === 1) {
        alternatives.push(pattern.slice(from, i));
        from = i + 1;
      } else if (character === '}' && --depth === 0) {
        return { start, end: i, alternatives: [...alternatives, pattern.slice(from, i)] };
      }
    }
  }
  return undefined;
}

/**
 * A matcher for VS Code's exclude globs, for paths relative to the root of the workspace. They become `.gitignore` rules that are anchored at
 * the root, because a glob there matches the whole path, and that hide what is in a folder with the folder.
 */
export function excludeMatcher(globs: readonly string[]): Ignore {
  const rules = globs.flatMap(expandBraces).flatMap(glob => {
    const clean = glob.trim().replace(/^\.?\/+/, '');
    if (clean === '') {
      return [];
    }
    // `a/**` hides the folder `a` itself as well: no need to list it.
    return clean.endsWith('/**') && clean !== '**' ? [`/${clean}`, `/${clean.slice(0, -2)}`] : [`/${clean}`];
  });
  return ignore({ ignoreCase }).add(rules);
}
