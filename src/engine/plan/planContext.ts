import type { LeftOut } from '../../common/context';
import { sum, windowPositions, type Plan, type PlanFile, type PlannedFile, type PlanWindow } from './plan';
import { scoreFiles, type Relevance } from './relevance';

export interface PlanRequest {
  readonly files: readonly PlanFile[];
  readonly question: string;
  /** Decoder positions for files. */
  readonly budget: number;
  /** Positions of a file's header: `<|file|>`, its path and a line break. */
  readonly headerPositions: (displayPath: string) => number;
  /** Paths in the order of the turn before. */
  readonly previousOrder?: readonly string[] | undefined;
}

/**
 * Decides what a decoder reads: open files in the order given, then the others by relevance to the question, equals by path. A file enters
 * whole when it fits; else its most relevant windows do, in their order, if it is open or relevant at all.
 *
 * The order in the prompt is the order of preference, most wanted first, and files of the turn before keep their places in front. Closest to
 * the question might serve the decoder better, but the KV cache holds a prefix: what changes between turns, the less wanted files, must
 * come last, or every turn reads everything again.
 *
 * Pure and deterministic.
 */
export function planContext(request: PlanRequest): Plan {
  const relevance = scoreFiles(request.files, request.question);
  const ranked = request.files.map((file, i) => ({ file, relevance: relevance[i] ?? { file: 0, windows: [] } })).sort(byPreference);
  const files: PlannedFile[] = [];
  const leftOut: LeftOut[] = [];
  let left = request.budget;
  for (const candidate of ranked) {
    const planned = fit(candidate.file, candidate.relevance, left, request.headerPositions(candidate.file.displayPath));
    if (planned !== undefined) {
      files.push(planned);
      left -= planned.positions;
    }
    const tokens = sum(candidate.file.windows, window => window.tokenCount) - sum(planned?.windows ?? [], window => window.tokenCount);
    if (tokens > 0) {
      leftOut.push({ path: candidate.file.path, displayPath: candidate.file.displayPath, tokens });
    }
  }
  return { files: keepOrder(files, request.previousOrder ?? []), leftOut, filesKnown: request.files.length, positions: request.budget - left };
}

interface RankedFile {
  readonly file: PlanFile;
  readonly relevance: Relevance;
}

/** The sort is stable: open files keep the order given. */
function byPreference(one: RankedFile, other: RankedFile): number {
  if (one.file.open || other.file.open) {
    return Number(other.file.open) - Number(one.file.open);
  }
  const { displayPath: a } = one.file;
  const { displayPath: b } = other.file;
  return other.relevance.file - one.relevance.file || (a < b ? -1 : a > b ? 1 : 0);
}

/** As much of a file as fits `budget` positions; undefined when nothing does or nothing of it is worth a part. */
function fit(file: PlanFile, relevance: Relevance, budget: number, header: number): PlannedFile | undefined {
  const overhead = header + (file.form.kind === 'slots' ? 1 : 0);
  const whole = overhead + sum(file.windows, window => windowPositions(window, file.form));
  if (whole <= budget) {
    return file.windows.length > 0 ? { ...file, positions: whole, partial: false } : undefined;
  }
  if (!file.open && relevance.file === 0) {
    return undefined;
  }
  const best = file.windows.map((window, i) => ({ window, i, score: relevance.windows[i] ?? 0 })).sort((a, b) => b.score - a.score || a.i - b.i);
  const chosen = new Set<PlanWindow>();
  let positions = overhead;
  for (const { window } of best) {
    const more = windowPositions(window, file.form);
    if (positions + more <= budget) {
      chosen.add(window);
      positions += more;
    }
  }
  return chosen.size > 0 ? { ...file, windows: file.windows.filter(window => chosen.has(window)), positions, partial: true } : undefined;
}

/** Files of the turn before in its order, then the new ones. */
function keepOrder(files: readonly PlannedFile[], previous: readonly string[]): readonly PlannedFile[] {
  const place = new Map(previous.map((path, i) => [path, i]));
  return files.toSorted((a, b) => (place.get(a.path) ?? previous.length) - (place.get(b.path) ?? previous.length));
}
