import path from 'node:path';
import type { Ratio } from '../../common/bundle';
import type { Workspace } from '../../common/workspace';

/** What holds for one file. */
export interface EffectiveRule {
  readonly pinned: boolean;
  readonly ratio: Ratio;
}

/**
 * What holds for each file of a workspace: of the rules for the file and for the folders around it, the innermost one that sets a field decides
 * that field; the call's ratio holds where none does.
 */
export function fileRules({ rules, ratio }: Pick<Workspace, 'rules' | 'ratio'>): (file: string) => EffectiveRule {
  // Innermost last: of two folders around one file, the longer path is the inner one.
  const ordered = rules.map(rule => ({ ...rule, path: path.resolve(rule.path) })).toSorted((a, b) => a.path.length - b.path.length);
  return file =>
    ordered
      .filter(rule => file === rule.path || file.startsWith(rule.path.endsWith(path.sep) ? rule.path : rule.path + path.sep))
      .reduce<EffectiveRule>((outer, rule) => ({ pinned: rule.pinned ?? outer.pinned, ratio: rule.ratio ?? outer.ratio }), { pinned: false, ratio });
}
