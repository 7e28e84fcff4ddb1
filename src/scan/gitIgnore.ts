import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { ignoreCase } from './excludes';

/**
 * The ignore rules that hold in one folder: those of its own `.gitignore` and of every folder above it, up to the top of the repository.
 * All rules live in one matcher, deeper ones behind, so that the last rule that matches wins, as in git.
 */
export class IgnoreRules {
  private constructor(
    /** Absolute path that rules and tested paths are relative to. */
    private readonly top: string,
    private readonly matcher: Ignore,
  ) {}

  /** Rules for the root of a workspace: the repository around it counts, unless that would hide the root itself. */
  static async at(root: string): Promise<IgnoreRules> {
    const top = await findRepository(root);
    if (top !== undefined && top !== root) {
      const excludes = await readRules(path.join(top, '.git', 'info', 'exclude'));
      let rules = new IgnoreRules(top, ignore({ ignoreCase }).add([...excludes]));
      for (const folder of foldersBetween(top, root)) {
        rules = await rules.enter(folder);
      }
      if (!rules.ignores(root, true)) {
        return rules.enter(root);
      }
    }
    const excludes = await readRules(path.join(root, '.git', 'info', 'exclude'));
    return new IgnoreRules(root, ignore({ ignoreCase }).add([...excludes])).enter(root);
  }

  /** The rules inside `folder`, which these rules don't ignore. */
  async enter(folder: string): Promise<IgnoreRules> {
    const rules = await readRules(path.join(folder, '.gitignore'));
    if (rules.length === 0) {
      return this;
    }
    const base = this.#relative(folder);
    const matcher = ignore({ ignoreCase }).add(this.matcher).add(rules.map(rule => rebaseRule(rule, base)));
    return new IgnoreRules(this.top, matcher);
  }

  /** Whether git would leave out a path below the root. */
  ignores(absolute: string, isFolder: boolean): boolean {
    const relative = this.#relative(absolute);
    return relative !== '' && this.matcher.ignores(isFolder ? `${relative}/` : relative);
  }

  #relative(absolute: string): string {
    return path.relative(this.top, absolute).split(path.sep).join('/');
  }
}

/** Moves a rule from the `.gitignore` of folder `base` (relative, '' for the top) to the top: anchored there, or for any depth below it. */
export function rebaseRule(rule: string, base: string): string {
  if (base === '') {
    return rule;
  }
  const negative = rule.startsWith('!');
  const body = negative ? rule.slice(1) : rule;
  const slash = body.trimEnd().indexOf('/');
  const anchored = slash >= 0 && slash < body.trimEnd().length - 1;
  const folder = base.replace(/[\\*?[\]!# ]/g, '\\$&');
  return `${negative ? '!' : ''}/${folder}/${anchored ? body.replace(/^\//, '') : `**/${body}`}`;
}

/** The rules of an ignore file; none when it can't be read. */
async function readRules(file: string): Promise<readonly string[]> {
  try {
    const text = await readFile(file, 'utf8');
    return text.replace(/^\ufeff/, '').split(/\r?\n/).filter(line => line.trim() !== '' && !line.startsWith('#'));
  } catch {
    return [];
  }
}

/** The closest folder, from `folder` upwards, that has a `.git`. */
async function findRepository(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = path.dirname(at)) {
    try {
      await stat(path.join(at, '.git'));
      return at;
    } catch {
      if (path.dirname(at) === at) {
        return undefined;
      }
    }
  }
}

/** `top` and every folder below it on the way to `folder`, without `folder` itself. */
function foldersBetween(top: string, folder: string): readonly string[] {
  const parts = path.relative(top, folder).split(path.sep);
  return parts.map((_, i) => path.join(top, ...parts.slice(0, i)));
}
