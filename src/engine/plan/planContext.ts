import type { LeftOut } from '../../common/context';
import { addBasePart } from './basePart';
import { Draft } from './draft';
import { rankWindows } from './fusion';
import { keptPart, type PreviousTurn } from './keptPart';
import { addNearPart, nearOrder } from './nearPart';
import { isRead, sum, type NamedStretch, type Plan, type PlanFile, type PlannedFile, type PlanWindow, type SlotFacts } from './plan';
import { scoreFiles, type Relevance } from './relevance';

export interface PlanRequest {
  /** Open files first, in order of preference. */
  readonly files: readonly PlanFile[];
  readonly question: string;
  /** Decoder positions for files. */
  readonly budget: number;
  /** Positions of a file's header: `<|file|>`, its path and a line break. */
  readonly headerPositions: (displayPath: string) => number;
  readonly slots: SlotFacts;
  /** Positions of a window as text. */
  readonly rawPositions: (window: PlanWindow) => number;
  /** What the user pointed at, most wanted first. */
  readonly named: readonly NamedStretch[];
  /** How similar windows are to the question, by hash; greater is more, 0 is not at all. */
  readonly similarity: ReadonlyMap<string, number>;
  /** The declarations of a file as text; none where there are none. */
  readonly skeleton: (file: PlanFile) => readonly PlanWindow[];
  readonly previous: PreviousTurn;
}

const irrelevant: Relevance = { file: 0, windows: [], path: 0 };

/**
 * Decides what a decoder reads; see `policy`. Pure and deterministic.
 *
 * The order in the prompt: the base, most wanted first but what the turn before had in its places in front; then the near part. Closest to the
 * question might serve the decoder better, but the KV cache holds a prefix: what changes between turns must come last, or every turn reads
 * everything again.
 */
export function planContext(request: PlanRequest): Plan {
  const { files, question, budget, headerPositions, slots, rawPositions, named, similarity, skeleton, previous } = request;
  const scores = scoreFiles(files, question);
  const relevance = new Map(files.map((file, i) => [file.path, scores[i] ?? irrelevant]));
  const relevanceOf = (file: PlanFile): Relevance => relevance.get(file.path) ?? irrelevant;
  const draft = new Draft(budget, headerPositions, slots, rawPositions);
  const kept = keptPart(previous, { files, relevanceOf, skeleton });
  const keptPaths = kept.map(({ file }) => file.path);
  const whole = addNearPart(draft, {
    named,
    open: files.filter(file => file.open),
    ranked: rankWindows(files, scores, similarity),
    relevanceOf,
    finest: slots.ratios[0] ?? 4,
    kept: previous.followUp ? new Set(kept.flatMap(({ pieces }) => pieces.map(piece => piece.window.hash))) : undefined,
  });
  const near = draft.entries;
  const ranked = files.toSorted((a, b) => byPreference(a, b, relevanceOf));
  const stays = draft.textAlone ? kept.filter(({ file }) => !whole.has(file.path)) : kept;
  addBasePart(draft, {
    kept: stays,
    files: ranked.filter(file => !whole.has(file.path) || stays.some(entry => entry.file.path === file.path)),
    relevanceOf,
    coarsest: slots.ratios.at(-1) ?? 16,
    skeleton,
  });
  const entries = draft.entries.slice(near.length).map(([, entry]) => entry);
  const base = keepOrder(entries, previous.followUp ? keptPaths : previous.base.map(({ file }) => file.path));
  const planned = [...base, ...near.map(([, entry]) => entry).sort((a, b) => nearPlace(a) - nearPlace(b))];
  const byPath = new Map(files.map(file => [file.path, file]));
  const handedOn = base.flatMap(({ path, pieces }) => {
    const file = byPath.get(path);
    return file === undefined ? [] : [{ file, pieces }];
  });
  return { files: planned, base: handedOn, leftOut: leftOut(ranked, planned), filesKnown: files.length, frame: slots.frame, positions: draft.positions };
}

/** The sort is stable: open files keep the order given. */
function byPreference(one: PlanFile, other: PlanFile, relevanceOf: (file: PlanFile) => Relevance): number {
  const wish = Number(other.pinned) - Number(one.pinned) || Number(other.open) - Number(one.open);
  if (wish !== 0 || one.open) {
    return wish;
  }
  const { displayPath: a } = one;
  const { displayPath: b } = other;
  return relevanceOf(other).file - relevanceOf(one).file || (a < b ? -1 : a > b ? 1 : 0);
}

/** Files of the turn before in its order, then the new ones. */
function keepOrder(files: readonly PlannedFile[], previous: readonly string[]): readonly PlannedFile[] {
  const place = new Map(previous.map((path, i) => [path, i]));
  return files.toSorted((a, b) => (place.get(a.path) ?? previous.length) - (place.get(b.path) ?? previous.length));
}

function nearPlace(entry: PlannedFile): number {
  return Math.max(...entry.pieces.map(piece => nearOrder.indexOf(piece.reason)));
}

/** What of each file is in no form in the prompt. */
function leftOut(files: readonly PlanFile[], planned: readonly PlannedFile[]): readonly LeftOut[] {
  const read = Map.groupBy(planned, entry => entry.path);
  return files.flatMap(({ path, displayPath, windows }) => {
    const pieces = (read.get(path) ?? []).flatMap(entry => entry.pieces);
    const outline = sum(pieces, piece => (piece.form.kind === 'skeleton' ? piece.window.tokenCount : 0));
    const tokens = sum(windows, window => (isRead(window, pieces) ? 0 : window.tokenCount)) - outline;
    return tokens > 0 ? [{ path, displayPath, tokens }] : [];
  });
}
