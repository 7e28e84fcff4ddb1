import path from 'node:path';
import type { MemoryStats } from '../../common/engineProtocol';
import type { Workspace } from '../../common/workspace';
import { isInside } from '../../scan/roots';
import type { EngineParts } from './engineParts';
import { shortHash } from '../slots/slotEntry';
import { readWorkspace } from './readWorkspace';
import type { IndexedFile } from './workspaceIndex';

/**
 * Forgets the slots of files and of all files in folders, at every ratio: those of their text as it is now and of their text as it was when it was
 * compressed. What another file of the workspace holds too stays. Returns what was there. Errors: `cancelled`, `store-*`.
 */
export async function forget(parts: EngineParts, workspace: Workspace, paths: readonly string[], signal: AbortSignal | undefined): Promise<MemoryStats> {
  const { files } = await readWorkspace(parts, workspace, signal);
  const { encoderId } = parts.bundle;
  const named = paths.map(named => path.resolve(named));
  const isNamed = (file: string): boolean => named.some(outer => isInside(file, outer));
  const records = parts.store.filesUnder(named, encoderId);
  const hashesOf = (some: readonly IndexedFile[]): readonly string[] => some.flatMap(file => file.windows.map(window => shortHash(window.hash)));
  const kept = new Set(hashesOf(files.filter(file => !isNamed(file.path))));
  const hashes = new Set([
    ...hashesOf(files.filter(file => isNamed(file.path))),
    ...records.flatMap(record => record.windowHashes),
  ]);
  return parts.store.forget([...hashes].filter(hash => !kept.has(hash)), records, encoderId);
}
