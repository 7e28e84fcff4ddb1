import type { FileRule, Workspace } from './workspace';

/** The ratio that holds for a file (absolute path): that of the innermost rule that has one, else the workspace's. */
export function ratioOf(path: string, { rules, ratio }: Pick<Workspace, 'rules' | 'ratio'>): Workspace['ratio'] {
  const inner = rules.filter(rule => rule.ratio !== undefined && holdsFor(rule, path)).sort((a, b) => b.path.length - a.path.length);
  return inner[0]?.ratio ?? ratio;
}

function holdsFor(rule: FileRule, path: string): boolean {
  return path === rule.path || path.startsWith(`${rule.path}/`) || path.startsWith(`${rule.path}\\`);
}
