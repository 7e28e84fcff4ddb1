import path from 'node:path';
import type { FileMemory, MemoryList, Workspace } from '../../common/workspace';
import { sum } from '../plan/plan';
import { shortHash, windowBytes, type FileRecord, type KnownSlots } from '../slots/slotEntry';
import type { EffectiveRule } from '../../common/fileRules';
import { distinctRoots, rootOf } from '../../scan/roots';
import type { EngineParts } from './engineParts';
import { readWorkspace } from './readWorkspace';
import { slotKey } from './provideSlots';
import { tryToStore } from './tryToStore';
import type { IndexedFile } from './workspaceIndex';
import { engineRules } from './engineRules';

/** What the store remembers of a file whose windows all have slots. */
export function fileRecord({ bundle }: Pick<EngineParts, 'bundle'>, { path, windows }: IndexedFile): FileRecord {
  return { path, encoderId: bundle.encoderId, windowHashes: windows.map(window => shortHash(window.hash)) };
}

/**
 * What is in memory of each file of a workspace. Slots are found by content, so a renamed file is `compressed` at once; the store remembers by
 * path what was compressed before, so that a changed file is `stale` and not `none`, after a restart too. Errors: `cancelled`, `store-*`.
 */
export async function fileStates(parts: EngineParts, workspace: Workspace, signal: AbortSignal | undefined): Promise<MemoryList> {
  const { files, skipped } = await readWorkspace(parts, workspace, signal);
  const ruleOf = engineRules(parts, workspace);
  const roots = distinctRoots(workspace.roots);
  const records = new Map(parts.store.filesUnder(roots.map(root => path.resolve(root.path)), parts.bundle.encoderId).map(record => [record.path, record]));
  const rules = files.map(file => ruleOf(file.path));
  const known = parts.store.shapesOf(files.flatMap((file, i) => file.windows.map(window => slotKey(parts, window.hash, rules[i]?.ratio ?? workspace.ratio)))).values();
  const states = files.map((file, i): FileMemory => {
    const rule = rules[i] ?? { pinned: false, ratio: workspace.ratio };
    const windows = file.windows.map(() => known.next().value);
    return describe(parts, file, { rule, windows, record: records.get(file.path), root: rootOf(file.path, roots)?.path ?? '' });
  });
  const compressed = new Set(states.filter(state => state.state === 'compressed').map(state => state.path));
  const unknown = files.map(file => fileRecord(parts, file)).filter(record => compressed.has(record.path) && !isSame(record, records.get(record.path)));
  tryToStore(parts, () => parts.store.putFiles(unknown));
  return { files: states, skipped: [...skipped] };
}

interface Known {
  readonly rule: EffectiveRule;
  /** Of each window, in order. */
  readonly windows: readonly (KnownSlots | undefined)[];
  readonly record: FileRecord | undefined;
  readonly root: string;
}

function describe(parts: Pick<EngineParts, 'bundle'>, file: IndexedFile, { rule, windows, record, root }: Known): FileMemory {
  const present = windows.filter(window => window !== undefined);
  const complete = present.length === windows.length;
  const changed = record !== undefined && !isSame(record, fileRecord(parts, file));
  const measured = present.filter(window => window.fidelity !== undefined);
  const slots = sum(present, window => window.slotCount);
  return {
    path: file.path,
    displayPath: file.displayPath,
    root,
    state: complete ? 'compressed' : changed ? 'stale' : 'none',
    ratio: rule.ratio,
    pinned: rule.pinned,
    tokens: file.tokenCount,
    windows: windows.length,
    windowsKnown: present.length,
    slots,
    slotBytes: sum(present, windowBytes),
    ...(measured.length > 0 && {
      fidelity: sum(measured, window => (window.fidelity ?? 0) * window.tokenCount) / sum(measured, window => window.tokenCount),
    }),
  };
}

function isSame(one: FileRecord, other: FileRecord | undefined): boolean {
  return one.windowHashes.join() === other?.windowHashes.join();
}
