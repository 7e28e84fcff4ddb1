import path from 'node:path';
import { ratios, type Ratio } from '../../common/bundle';
import type { CompleteParams } from '../../common/engineProtocol';
import { completionContext, type ContextFile, type ContextWindow, type KnownSlots } from '../plan/completionContext';
import type { SlotFile } from '../plan/fillInMiddle';
import type { RawAround } from '../plan/rawAround';
import { indexTerms } from '../plan/terms';
import { displayPathOf, distinctRoots, rootOf } from '../../scan/roots';
import { cutWindows } from '../workspace/windows';
import type { EngineParts } from './engineParts';
import { slotFrame } from './slotFacts';
import { slotId, slotKey, type SlotMap } from './provideSlots';
import { isCurrent, type RecentFile, type RecentFiles } from './recentFiles';

export interface CompletionSlotsRequest extends Pick<CompleteParams, 'workspace' | 'file' | 'prefix' | 'suffix'> {
  /** What enters as raw text: its windows need no slots. */
  readonly raw: RawAround;
  /** Decoder positions for slots and their headers. */
  readonly budget: number;
}

/** What stands before the text around the cursor. */
export interface CompletionSlots {
  readonly files: readonly SlotFile[];
  /** The entries of all their windows. */
  readonly slots: SlotMap;
  /** Of the file that is written in. */
  readonly displayPath: string;
}

/** The lines before the cursor that tell what it is about. */
const queryLines = 8;
/** The rest of a file with more characters is not looked at: to cut it anew for every key takes too long. */
const mostCharacters = 400_000;

interface Source extends ContextFile<ContextWindow> {
  /** Absent for the file that is written in, whose text is the request's. */
  readonly recent?: RecentFile;
}

/** Chooses slots for a completion, from what is in memory of the workspace's other files and of the rest of the same one. */
export async function completionSlots(parts: EngineParts, recent: RecentFiles, request: CompletionSlotsRequest): Promise<CompletionSlots> {
  const { workspace, file, raw, budget } = request;
  const displayPath = displayPathIn(workspace.roots, file.path);
  const others = (await recent.read(workspace)).filter(({ candidate }) => candidate.path !== file.path);
  const sources: readonly Source[] = [
    ...others.map(entry => ({ displayPath: entry.file.displayPath, windows: entry.file.windows, recent: entry })),
    { displayPath, windows: restOfFile(parts, request) },
  ];
  const planned = completionContext({
    files: sources,
    query: raw.prefix.split('\n').filter(line => line.trim() !== '').slice(-queryLines).join('\n'),
    budget,
    headerPositions: header => parts.prompt.header(header).length,
    frame: slotFrame(parts),
    known: window => knownSlots(parts, window.hash, workspace.ratio),
  });
  const current = await Promise.all(planned.map(async entry => entry.file.recent === undefined || isCurrent(entry.file.recent.candidate, workspace.openFiles)));
  const files = planned.filter((_, i) => current[i]);
  const keys = files.flatMap(entry => entry.windows.map(window => slotKey(parts, window.hash, window.ratio)));
  const entries = parts.store.getMany(keys);
  const slots = new Map(entries.flatMap(entry => (entry === undefined ? [] : [[slotId(entry.key.windowHash, entry.key.ratio), entry] as const])));
  // A row that was damaged or removed meanwhile is not encoded again now.
  return { displayPath, slots, files: files.filter(entry => entry.windows.every(window => slots.has(slotId(window.hash, window.ratio)))) };
}

/** The windows of the file that is written in, as its text is now, without those that enter as raw text. */
function restOfFile({ cutter }: Pick<EngineParts, 'cutter'>, { prefix, suffix, raw }: CompletionSlotsRequest): readonly ContextWindow[] {
  if (prefix.length + suffix.length > mostCharacters) {
    return [];
  }
  return cutWindows(prefix + suffix, cutter.tokenizer, cutter.most)
    .filter(window => window.firstLine < raw.firstLine || window.lastLine > raw.lastLine)
    .map(({ hash, text }) => ({ hash, terms: indexTerms(text) }));
}

/** The slots of a window at the ratio that is asked for, or at another one. */
function knownSlots(parts: Pick<EngineParts, 'bundle' | 'store'>, hash: string, wanted: Ratio): KnownSlots | undefined {
  const order = [wanted, ...ratios.filter(ratio => ratio !== wanted)];
  const shapes = parts.store.shapesOf(order.map(ratio => slotKey(parts, hash, ratio)));
  const found = shapes.findIndex(shape => shape !== undefined);
  const [ratio, shape] = [order[found], shapes[found]];
  return ratio === undefined || shape === undefined ? undefined : { ratio, slotCount: shape.slotCount };
}

function displayPathIn(roots: CompleteParams['workspace']['roots'], file: string): string {
  const distinct = distinctRoots(roots);
  const root = rootOf(file, distinct);
  return root === undefined ? path.basename(file) : displayPathOf(file, root, distinct);
}
