import type { ContextReport } from '../../common/context';

/** Decoder positions that an answer spent on each file that it read, by path. */
export function positionsRead(context: ContextReport | undefined): ReadonlyMap<string, number> {
  const positions = new Map<string, number>();
  for (const file of context?.read ?? []) {
    positions.set(file.path, (positions.get(file.path) ?? 0) + file.positions);
  }
  return positions;
}
