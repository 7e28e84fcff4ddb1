import type { Ratio } from '../../common/bundle';
import type { ReadReason } from '../../common/context';
import type { Draft } from './draft';
import { preferred } from './nearPart';
import { isRead, sum, type BaseEntry, type PlanFile, type PlannedPiece, type PlanWindow } from './plan';
import { policy } from './policy';
import type { Relevance } from './relevance';

export interface BaseRequest {
  /** What stays as it was in the turn before, in its order. */
  readonly kept: readonly BaseEntry[];
  /** Files that are kept or not in the near part as a whole, in order of preference: pinned, open, by relevance. */
  readonly files: readonly PlanFile[];
  readonly relevanceOf: (file: PlanFile) => Relevance;
  readonly coarsest: Ratio;
  /** The declarations of a file as text; none where there are none. */
  readonly skeleton: (file: PlanFile) => readonly PlanWindow[];
}

export function baseKey(file: PlanFile): string {
  return `base:${file.path}`;
}

/** Files as slots (as text where there is no encoder), step 5 of the policy. */
export function addBasePart(draft: Draft, { kept, files, relevanceOf, coarsest, skeleton }: BaseRequest): void {
  // As slots, what the near part holds costs little to hold twice; as text, it costs what it did.
  const read = Map.groupBy(draft.textAlone ? draft.entries.map(([, entry]) => entry) : [], entry => entry.path);
  const windowsOf = ({ path, windows }: PlanFile): readonly PlanWindow[] => {
    const pieces = (read.get(path) ?? []).flatMap(entry => entry.pieces);
    return pieces.length === 0 ? windows : windows.filter(window => !isRead(window, pieces));
  };
  const own = (file: PlanFile): readonly PlannedPiece[] => draft.slotted(file, windowsOf(file), file.ratio, reasonOf(file, relevanceOf(file)));
  const crowded = isMoreThan(draft.left, files, file => draft.cost(baseKey(file), file, own(file)));
  const isKept = new Set(kept.map(({ file }) => file.path));
  const added = files.filter(file => isWanted(file) && !isKept.has(file.path));
  keep(draft, kept, sum(added, file => draft.cost(baseKey(file), file, own(file))));
  const reserved = crowded ? Math.floor(draft.left * policy.skeletonShare) : 0;
  const outlines: PlanFile[] = [];
  const rest: PlanFile[] = [];
  for (const file of files.filter(file => !draft.has(baseKey(file)))) {
    const relevance = relevanceOf(file);
    const wanted = isWanted(file);
    if (!wanted && relevance.file === 0) {
      rest.push(file);
      continue;
    }
    const free = draft.left - (wanted ? 0 : reserved);
    const pieces = draft.mayFitSome(file, free) ? own(file) : [];
    if (!draft.add(baseKey(file), file, pieces, free)) {
      const before = draft.positions;
      const matching = preferred(file, relevance, pieces).filter(({ window }) => wanted || (relevance.windows[file.windows.indexOf(window)] ?? 0) > 0);
      draft.addSome(baseKey(file), file, matching, free);
      if (draft.positions === before && (pieces.length > 0 || !draft.mayFitSome(file, free))) {
        outlines.push(file);
      }
    }
  }
  const limit = draft.left;
  let spent = 0;
  for (const file of outlines.slice(0, policy.skeletonFiles)) {
    const pieces = draft.raw(skeleton(file), 'relevant', { kind: 'skeleton' });
    const cost = draft.cost(baseKey(file), file, pieces);
    spent += draft.add(baseKey(file), file, pieces, Math.min(limit, reserved) - spent) ? cost : 0;
  }
  for (const file of rest) {
    if (draft.mayFit(file)) {
      draft.add(baseKey(file), file, crowded ? draft.slotted(file, windowsOf(file), coarsest, 'fits') : own(file));
    }
  }
}

/** Takes over entries, pinned and open files first, until one does not fit beside `room` positions: what the KV cache holds is a prefix. */
function keep(draft: Draft, kept: readonly BaseEntry[], room: number): void {
  const limit = draft.left - room;
  const before = draft.positions;
  kept.toSorted((a, b) => Number(isWanted(b.file)) - Number(isWanted(a.file))).every(({ file, pieces }) => draft.add(baseKey(file), file, pieces, limit - (draft.positions - before)));
}

function isWanted(file: PlanFile): boolean {
  return file.pinned || file.open;
}

export function reasonOf(file: PlanFile, relevance: Relevance): ReadReason {
  return file.pinned ? 'pinned' : file.open ? 'open' : relevance.file > 0 ? 'relevant' : 'fits';
}

/** Whether amounts add up to more than `most`; stops as soon as they do. */
function isMoreThan<T>(most: number, items: readonly T[], of: (item: T) => number): boolean {
  let total = 0;
  return items.some(item => (total += of(item)) > most);
}
