import type { FileRule } from '../../../common/workspace';
import { isIn } from '../isIn';

/** What the rule of a path must say for it to be pinned or not: nothing where the folders above it say so already. */
export function pinChange(rules: readonly FileRule[], path: string, pinned: boolean): boolean | undefined {
  const above = rules.filter(rule => rule.path !== path && rule.pinned !== undefined && isIn(path, rule.path));
  const inherited = above.toSorted((a, b) => b.path.length - a.path.length)[0]?.pinned ?? false;
  return inherited === pinned ? undefined : pinned;
}
