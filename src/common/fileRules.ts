import type { Ratio } from './bundle';
import type { Workspace } from './workspace';

/** What holds for one file. */
export interface EffectiveRule {
  readonly pinned: boolean;
  readonly ratio: Ratio;
}

/**
 * What holds for each file (absolute path) of a workspace: of the rules for the file and for the folders around it, the innermost one that sets
 * a field decides that field; the workspace's ratio holds where none does.
 */
export function fileRules({ rules, ratio }: Pick<Workspace, 'rules' | 'ratio'>): (file: string) => EffectiveRule {
  // Innermost last: of two folders around one file, the longer path is the inner one.
  const ordered = rules.map(rule => ({ ...rule, path: rule.path.replace(/[\\/]+$/, '') })).toSorted((a, b) => a.path.length - b.path.length);
  return file =>
    ordered
      .filter(({ path }) => file === path || (file.startsWith(path) && /[\\/]/.test(file.charAt(path.length))))
      .reduce<EffectiveRule>((outer, rule) => ({ pinned: rule.pinned ?? outer.pinned, ratio: rule.ratio ?? outer.ratio }), { pinned: false, ratio });
}
