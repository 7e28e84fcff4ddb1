import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { WorkspaceRoot } from '../common/workspace';

/** True when `inner` is `outer` or lies below it. Both absolute. */
export function isInside(inner: string, outer: string): boolean {
  const relative = path.relative(outer, inner);
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}

/** The roots without repetitions of a path; the first of equals stays. */
export function distinctRoots(roots: readonly WorkspaceRoot[]): readonly WorkspaceRoot[] {
  return [...new Map(roots.toReversed().map(root => [path.resolve(root.path), root])).values()].toReversed();
}

/** The innermost root that holds a path. */
export function rootOf<Root extends Pick<WorkspaceRoot, 'path'>>(file: string, roots: readonly Root[]): Root | undefined {
  return roots
    .filter(root => isInside(file, path.resolve(root.path)))
    .reduce<Root | undefined>((best, root) => (best !== undefined && path.resolve(best.path).length >= path.resolve(root.path).length ? best : root), undefined);
}

/** See `Candidate.displayPath`. Control characters become U+FFFD: a line break in a file name must not break the prompt's layout. */
export function displayPathOf(file: string, root: Pick<WorkspaceRoot, 'path' | 'name'>, roots: readonly unknown[]): string {
  const relative = path.relative(path.resolve(root.path), file).split(path.sep).join('/');
  return (roots.length > 1 ? `${root.name}/${relative}` : relative).replace(/[\u0000-\u001f\u007f\u2028\u2029]/g, '\ufffd');
}

/** Where the roots really are, links resolved; roots that are gone keep their own path. */
export async function realRoots(roots: readonly WorkspaceRoot[]): Promise<readonly string[]> {
  return Promise.all(roots.map(root => realpath(root.path).catch(() => path.resolve(root.path))));
}
