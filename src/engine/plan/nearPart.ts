import type { ReadReason } from '../../common/context';
import type { Draft } from './draft';
import type { RankedWindow } from './fusion';
import type { NamedStretch, PlanFile, PlannedPiece } from './plan';
import { policy } from './policy';
import type { Relevance } from './relevance';

/** Entries of the near part by reason, from the base to the question: what changes most stands last. */
export const nearOrder: readonly ReadReason[] = ['open', 'mentioned', 'relevant', 'symbol', 'selection'];

export function nearKey(reason: ReadReason, file: PlanFile): string {
  return `${reason}:${file.path}`;
}

/** What is read near the question, steps 1 to 4 of the policy. Returns the paths of open files that are in it as a whole. */
export function addNearPart(
  draft: Draft,
  { named, open, ranked, relevanceOf, finest, kept }: {
    readonly named: readonly NamedStretch[];
    /** In order of preference. */
    readonly open: readonly PlanFile[];
    readonly ranked: readonly RankedWindow[];
    readonly relevanceOf: (file: PlanFile) => Relevance;
    readonly finest: PlanFile['ratio'];
    /** Windows that stay in the base from the turn before, by hash; undefined when the base is made for this question. */
    readonly kept: ReadonlySet<string> | undefined;
  },
): ReadonlySet<string> {
  const whole = new Set<string>();
  named.forEach(stretch => addNamed(draft, stretch, relevanceOf(stretch.file), finest));
  const pointedAt = new Set(named.map(stretch => stretch.file.path));
  const [active] = open;
  for (const file of open.filter(file => !pointedAt.has(file.path))) {
    const added =
      file === active
        ? draft.add(nearKey('open', file), file, draft.raw(file.windows, 'open'), draft.left * policy.activeShare)
        : draft.add(nearKey('open', file), file, draft.slotted(file, file.windows, finest, 'open'), draft.left * policy.openShare);
    if (added) {
      whole.add(file.path);
    } else if (file === active) {
      const best = byScore(file, relevanceOf(file)).find(({ score }) => score > 0);
      draft.addSome(nearKey('open', file), file, draft.raw(best === undefined ? [] : [best.window], 'open'), draft.left * policy.activeShare);
    }
  }
  const candidates = ranked.filter(({ file }) => !whole.has(file.path));
  const fresh = candidates.filter(({ window }) => kept?.has(window.hash) !== true);
  if (draft.textAlone) {
    addAsText(draft, fresh);
  } else {
    addRetrieved(draft, candidates, finest);
    if (kept !== undefined) {
      addNew(draft, fresh);
    }
  }
  return whole;
}

function addNamed(draft: Draft, { reason, file, lines }: NamedStretch, relevance: Relevance, finest: PlanFile['ratio']): void {
  const key = nearKey(reason, file);
  const limit = reason === 'mentioned' ? draft.left * policy.mentionShare : draft.left;
  if (draft.add(key, file, draft.raw(lines?.windows ?? file.windows, reason), limit)) {
    return;
  }
  const windows = lines === undefined ? file.windows : file.windows.filter(window => window.firstLine <= lines.lastLine && window.lastLine >= lines.firstLine);
  const forms = [finest, file.ratio].map(ratio => draft.slotted(file, windows, ratio, reason));
  if (!forms.some(pieces => draft.add(key, file, pieces))) {
    draft.addSome(key, file, preferred(file, relevance, forms[1] ?? []));
  }
}

function addRetrieved(draft: Draft, ranked: readonly RankedWindow[], finest: PlanFile['ratio']): void {
  let left = draft.left * policy.retrievedShare;
  for (const [i, { file, window }] of unread(draft, ranked).slice(0, policy.retrievedWindows).entries()) {
    const key = nearKey('relevant', file);
    const forms = [...(i === 0 ? [draft.raw([window], 'relevant')] : []), draft.slotted(file, [window], finest, 'relevant')];
    for (const pieces of forms) {
      const cost = draft.cost(key, file, pieces);
      if (draft.add(key, file, pieces, left)) {
        left -= cost;
        break;
      }
    }
  }
}

/** What a base that was made for this question would hold of it. */
function addNew(draft: Draft, ranked: readonly RankedWindow[]): void {
  let left = draft.left * policy.newShare;
  for (const { file, window } of unread(draft, ranked).slice(0, policy.newWindows)) {
    left -= addOne(draft, file, draft.slotted(file, [window], file.ratio, 'relevant'), left);
  }
}

/** Without an encoder, more of what matches stands near the question and less of the rest in the base. */
function addAsText(draft: Draft, ranked: readonly RankedWindow[]): void {
  let left = draft.left * policy.textShare;
  for (const { file, window } of unread(draft, ranked).slice(0, policy.textWindows)) {
    left -= addOne(draft, file, draft.raw([window], 'relevant'), left);
  }
}

/** Adds pieces that were retrieved; returns what they cost, 0 when they don't fit. */
function addOne(draft: Draft, file: PlanFile, pieces: readonly PlannedPiece[], limit: number): number {
  const key = nearKey('relevant', file);
  const cost = draft.cost(key, file, pieces);
  return draft.add(key, file, pieces, limit) ? cost : 0;
}

function unread(draft: Draft, ranked: readonly RankedWindow[]): readonly RankedWindow[] {
  const read = new Set(draft.entries.flatMap(([, entry]) => entry.pieces.map(piece => piece.window.hash)));
  return ranked.filter(({ window }) => !read.has(window.hash));
}

/** The windows of a file, best first; equals in their order. */
export function byScore(file: PlanFile, relevance: Relevance): readonly { readonly window: PlanFile['windows'][number]; readonly score: number }[] {
  return file.windows.map((window, i) => ({ window, score: relevance.windows[i] ?? 0 })).sort((a, b) => b.score - a.score);
}

/** Pieces of a file in the order of its windows' scores. */
export function preferred(file: PlanFile, relevance: Relevance, pieces: readonly PlannedPiece[]): readonly PlannedPiece[] {
  return byScore(file, relevance).flatMap(({ window }) => pieces.filter(piece => piece.window === window));
}
