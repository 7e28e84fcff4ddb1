/** The pattern for one file or folder, its path relative to the workspace's folder with '/' separators: what is special in a glob stands for itself. */
export function patternOf(relativePath: string): string {
  // Braces can't be put in brackets, because groups are expanded first.
  return relativePath.replace(/[[*?]/g, '[$&]').replace(/[{}!]/g, '?');
}

/** The patterns with one more for a file or folder; undefined when they have it. */
export function withPath(patterns: readonly string[], relativePath: string): readonly string[] | undefined {
  const pattern = patternOf(relativePath);
  return patterns.includes(pattern) ? undefined : [...patterns, pattern];
}

/** The patterns without that of a file or folder; undefined when there is none for it alone. */
export function withoutPath(patterns: readonly string[], relativePath: string): readonly string[] | undefined {
  const own = new Set([patternOf(relativePath), relativePath, `${relativePath}/**`, `/${relativePath}`]);
  const rest = patterns.filter(pattern => !own.has(pattern));
  return rest.length === patterns.length ? undefined : rest;
}
