import path from 'node:path';

/** True when `inner` is `outer` or lies in it; both absolute. */
export function isIn(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(outer.endsWith(path.sep) ? outer : outer + path.sep);
}
