import type { SkippedFile, Workspace } from '../../common/workspace';
import { scanWorkspace } from '../../scan/scanWorkspace';
import type { EngineParts } from './engineParts';
import { isIndexed, listCandidates, type IndexedFile } from './workspaceIndex';

export interface ReadWorkspace {
  /** In the order of the scan. */
  readonly files: readonly IndexedFile[];
  readonly skipped: readonly SkippedFile[];
}

/** The files of the workspace as they are now, unsaved texts included. Errors: `cancelled`. */
export async function readWorkspace({ index }: Pick<EngineParts, 'index'>, { roots, openFiles }: Workspace, signal: AbortSignal | undefined): Promise<ReadWorkspace> {
  const { candidates, skipped } = await listCandidates(scanWorkspace(roots, { signal, openFiles }));
  index.retain(candidates);
  const files: IndexedFile[] = [];
  const left = [...skipped];
  for (const candidate of candidates) {
    const file = await index.read(candidate, signal);
    if (isIndexed(file)) {
      files.push(file);
    } else {
      left.push(file);
    }
  }
  return { files, skipped: left };
}

/** Open files first, in the order given. */
export function openFirst(files: readonly IndexedFile[], { openFiles }: Workspace): readonly IndexedFile[] {
  const preference = new Map(openFiles.map((file, i) => [file.path, i]));
  const place = (file: IndexedFile): number => preference.get(file.path) ?? openFiles.length;
  return files.toSorted((a, b) => place(a) - place(b));
}
