import { reasonOf } from './basePart';
import type { BaseEntry, PlanFile, PlannedPiece, PlanWindow } from './plan';
import type { Relevance } from './relevance';

/** What a turn hands on to the next. */
export interface PreviousTurn {
  /** In the order of the prompt. */
  readonly base: readonly BaseEntry[];
  /** Whether the question goes on with the conversation of that turn: its base is kept then, and only the order of it otherwise. */
  readonly followUp: boolean;
}

/**
 * The entries of the base of the turn before that still hold, in their order and forms. Not kept are entries of files that have changed, are
 * gone or are no longer allowed, of files whose ratio is another one now, and parts of files that have been pinned since.
 */
export function keptPart(
  previous: PreviousTurn,
  { files, relevanceOf, skeleton }: {
    readonly files: readonly PlanFile[];
    readonly relevanceOf: (file: PlanFile) => Relevance;
    readonly skeleton: (file: PlanFile) => readonly PlanWindow[];
  },
): readonly BaseEntry[] {
  const known = new Map(files.map(file => [file.path, file]));
  return (previous.followUp ? previous.base : []).flatMap(({ file: before, pieces }): readonly BaseEntry[] => {
    const file = known.get(before.path);
    if (file === undefined || !isUnchanged(file, before) || (file.pinned && !before.pinned && !isWhole(file, pieces))) {
      return [];
    }
    const outline = pieces.some(({ form }) => form.kind === 'skeleton') ? skeleton(file) : [];
    const now = pieces.flatMap((piece): readonly PlannedPiece[] => {
      // The same text may stand on other lines now.
      const window = piece.form.kind === 'skeleton' ? outline.find(({ hash }) => hash === piece.window.hash) : file.windows[before.windows.indexOf(piece.window)];
      return window === undefined ? [] : [{ ...piece, window, reason: reasonOf(file, relevanceOf(file)) }];
    });
    return now.length === pieces.length ? [{ file, pieces: now }] : [];
  });
}

function isUnchanged(now: PlanFile, before: PlanFile): boolean {
  return now.ratio === before.ratio && now.windows.length === before.windows.length && now.windows.every(({ hash }, i) => hash === before.windows[i]?.hash);
}

function isWhole(file: PlanFile, pieces: readonly PlannedPiece[]): boolean {
  const read = new Set(pieces.map(piece => piece.window.hash));
  return file.windows.every(window => read.has(window.hash));
}
