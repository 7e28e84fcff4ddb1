import type { Ratio } from '../../common/bundle';
import type { Form, ReadReason } from '../../common/context';
import { filePositions, sum, type PlanFile, type PlannedFile, type PlannedPiece, type PlanWindow, type SlotFacts } from './plan';
import { policy } from './policy';

/** No tokenizer makes a text this much shorter than another one. */
const surelyMoreTokens = 3;

/** A prompt under construction: how it uses up its positions, and which windows may still be encoded anew. */
export class Draft {
  readonly #entries = new Map<string, PlannedFile>();
  #left: number;
  #fresh: number = policy.freshWindows;

  constructor(
    private readonly budget: number,
    private readonly headerPositions: (displayPath: string) => number,
    private readonly slots: SlotFacts,
    private readonly rawPositions: (window: PlanWindow) => number,
  ) {
    this.#left = budget;
  }

  /** Whether there is no encoder. */
  get textAlone(): boolean {
    return this.slots.ratios.length === 0;
  }

  /** Positions that are free. */
  get left(): number {
    return this.#left;
  }

  get positions(): number {
    return this.budget - this.#left;
  }

  /** In the order in which they were begun. */
  get entries(): readonly (readonly [string, PlannedFile])[] {
    return [...this.#entries];
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** False when a file surely does not fit as a whole: quicker to tell than what it takes. */
  mayFit({ displayPath, windows }: PlanFile): boolean {
    const least = 1 + this.slots.count(sum(windows, window => window.tokenCount), this.slots.ratios.at(-1) ?? 16);
    return least < this.#left && least + this.headerPositions(displayPath) <= this.#left;
  }

  /** False when nothing of a file fits. */
  mayFitSome({ displayPath }: PlanFile, limit: number): boolean {
    return limit > 2 && this.headerPositions(displayPath) + 2 <= limit;
  }

  /** Positions that `add` would take. */
  cost(key: string, file: PlanFile, pieces: readonly PlannedPiece[]): number {
    return this.#extended(key, file, pieces).positions - (this.#entries.get(key)?.positions ?? 0);
  }

  /** Adds pieces to an entry, all of them or none: false when they don't fit `limit` or what is left. */
  add(key: string, file: PlanFile, pieces: readonly PlannedPiece[], limit = Infinity): boolean {
    const cost = this.cost(key, file, pieces);
    if (pieces.length === 0 || cost > Math.min(limit, this.#left)) {
      return false;
    }
    this.#entries.set(key, this.#extended(key, file, pieces));
    this.#left -= cost;
    this.#fresh -= pieces.filter(({ window, form }) => form.kind === 'slots' && this.#isFresh(file, window, form.ratio)).length;
    return true;
  }

  /** Adds as many of the pieces, one by one in the order given, as fit. */
  addSome(key: string, file: PlanFile, pieces: readonly PlannedPiece[], limit = Infinity): void {
    let free = limit;
    for (const piece of pieces) {
      const cost = this.cost(key, file, [piece]);
      free -= this.add(key, file, [piece], free) ? cost : 0;
    }
  }

  raw(windows: readonly PlanWindow[], reason: ReadReason, form: Extract<Form, { kind: 'raw' | 'skeleton' }> = { kind: 'raw' }): readonly PlannedPiece[] {
    return windows.map(window => ({ window, form, reason, positions: this.rawPositions(window) }));
  }

  /** Windows of a file as slots (as text where there is no encoder): at `wanted` where that is stored or may be encoded, else at the file's own ratio; finer where that is known to lose too much. */
  slotted(file: PlanFile, windows: readonly PlanWindow[], wanted: Ratio, reason: ReadReason): readonly PlannedPiece[] {
    if (this.textAlone) {
      return this.raw(windows, reason);
    }
    let fresh = this.#fresh;
    const available = (window: PlanWindow, ratio: Ratio): boolean => !this.#isFresh(file, window, ratio) || fresh > 0;
    return windows.map(window => {
      let ratio: Ratio | undefined = available(window, wanted) ? wanted : file.ratio;
      if (this.#isLost(window, ratio)) {
        const finer: Ratio | undefined = this.slots.ratios.toReversed().find(other => other < (ratio ?? 0));
        ratio = finer === undefined || available(window, finer) ? finer : ratio;
      }
      if (ratio === undefined) {
        return { window, form: { kind: 'raw' }, reason, positions: this.rawPositions(window) };
      }
      const positions = this.slots.count(window.tokenCount, ratio);
      if (this.#isShorterAsText(window, positions)) {
        return { window, form: { kind: 'raw' }, reason, positions: this.rawPositions(window) };
      }
      fresh -= this.#isFresh(file, window, ratio) ? 1 : 0;
      return { window, form: { kind: 'slots', ratio }, reason, positions };
    });
  }

  /** Whether a window takes fewer positions as text than as slots: PCC gives the shortest one as many slots as a full one. */
  #isShorterAsText(window: PlanWindow, slots: number): boolean {
    const framed = slots + this.slots.frame.before.length + this.slots.frame.after.length;
    // Counting text may mean to tokenise it: only where it may be short enough.
    return framed > window.tokenCount / surelyMoreTokens && this.rawPositions(window) < framed;
  }

  /** Whether little of a window is known to survive at a ratio. */
  #isLost(window: PlanWindow, ratio: Ratio): boolean {
    const fidelity = this.slots.stored(window.hash, ratio)?.fidelity;
    return fidelity !== undefined && fidelity < policy.lowFidelity * (this.slots.meanFidelity(ratio) ?? 0);
  }

  /** Whether slots would have to be made that are no part of compressing the file. */
  #isFresh(file: PlanFile, window: PlanWindow, ratio: Ratio): boolean {
    return ratio !== file.ratio && this.slots.stored(window.hash, ratio) === undefined;
  }

  #extended(key: string, { path, displayPath }: PlanFile, pieces: readonly PlannedPiece[]): PlannedFile {
    const all = [...(this.#entries.get(key)?.pieces ?? []), ...pieces].sort((a, b) => a.window.firstLine - b.window.firstLine);
    return { path, displayPath, pieces: all, positions: filePositions(this.headerPositions(displayPath), all, this.slots.frame) };
  }
}
