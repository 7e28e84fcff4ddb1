import * as v from 'valibot';

const excludeMapSchema = v.record(v.string(), v.unknown());

/**
 * The patterns that are switched on in settings of the shape of `files.exclude`. A pattern with a `when` clause depends on sibling files
 * and hides generated files in the explorer only; it is not applied.
 */
export function activePatterns(...maps: readonly unknown[]): string[] {
  const patterns = new Set<string>();
  for (const map of maps) {
    const parsed = v.safeParse(excludeMapSchema, map);
    for (const [pattern, value] of parsed.success ? Object.entries(parsed.output) : []) {
      if (value === true) {
        patterns.add(pattern);
      } else if (value === false) {
        patterns.delete(pattern);
      }
    }
  }
  return [...patterns];
}
