import type { MemoryStats } from '../../../common/engineProtocol';
import type { FileMemory, MemoryList } from '../../../common/workspace';

/** A small piece of idle work. */
export type IdleTask =
  /** Files (absolute paths) that have no slots, or no longer those of their text. */
  | { readonly kind: 'compress'; readonly paths: readonly string[] }
  /** A file whose fidelity was not measured yet. */
  | { readonly kind: 'measure'; readonly paths: readonly [string] };

/** What one step encodes at most: a batch or two of the encoder. */
const tokensPerStep = 4096;
const filesPerStep = 16;
/** The share of the budget that the background fills. Beyond it slots would push each other out, for ever. */
const fillable = 0.9;

/**
 * What is left to do for a workspace, most wanted first: files that are `first`, then the others in the order of the list; fidelity at the end.
 * What the user had forgotten stays so.
 */
export function idleTasks({ files }: MemoryList, stats: MemoryStats, first: readonly string[], forgotten: ReadonlySet<string>): IdleTask[] {
  const rank = new Map(first.map((path, index) => [path, index]));
  const wanted = files
    .filter(file => !forgotten.has(file.path))
    .toSorted((a, b) => (rank.get(a.path) ?? first.length) - (rank.get(b.path) ?? first.length));
  const missing = whatFits(wanted.filter(file => file.state !== 'compressed'), stats);
  const unmeasured = wanted.filter(file => file.state === 'compressed' && file.fidelity === undefined && file.windows > 0);
  return [
    ...steps(missing).map(paths => ({ kind: 'compress', paths }) as const),
    ...[...unmeasured, ...missing].map(file => ({ kind: 'measure', paths: [file.path] }) as const),
  ];
}

function whatFits(files: readonly FileMemory[], { bytes, slots, budgetBytes }: MemoryStats): FileMemory[] {
  const bytesPerSlot = slots === 0 ? 0 : bytes / slots;
  let room = budgetBytes * fillable - bytes;
  return files.filter(file => {
    const needed = (file.tokens / file.ratio) * bytesPerSlot;
    room -= needed;
    return room > 0;
  });
}

function steps(files: readonly FileMemory[]): string[][] {
  const out: string[][] = [];
  let tokens = Infinity;
  for (const file of files) {
    const last = out.at(-1);
    if (last === undefined || last.length >= filesPerStep || tokens + file.tokens > tokensPerStep) {
      out.push([file.path]);
      tokens = file.tokens;
    } else {
      last.push(file.path);
      tokens += file.tokens;
    }
  }
  return out;
}
