import { lstat } from 'node:fs/promises';
import type { OpenFile, Workspace } from '../../common/workspace';
import type { Candidate } from '../../scan/candidate';
import { scanWorkspace } from '../../scan/scanWorkspace';
import type { EngineParts } from './engineParts';
import { isIndexed, listCandidates, type IndexedFile } from './workspaceIndex';

/** A file and what it was when it was read. */
export interface RecentFile {
  readonly candidate: Candidate;
  readonly file: IndexedFile;
}

/** A list of files is good for this long. */
const keptMs = 30_000;

/**
 * The files of a workspace as they were a moment ago: to list a large workspace takes longer than a completion may. A file that is new is found a
 * little later; one that has changed since or is gone is told by `isCurrent`, and must not be read.
 */
export class RecentFiles {
  #kept: { readonly roots: string; readonly at: number; readonly files: Promise<readonly RecentFile[]> } | undefined;

  constructor(private readonly parts: Pick<EngineParts, 'index'>) {}

  /** Not cancellable: it serves the calls to come as well. */
  read({ roots, openFiles }: Pick<Workspace, 'roots' | 'openFiles'>): Promise<readonly RecentFile[]> {
    const key = JSON.stringify(roots);
    if (this.#kept === undefined || this.#kept.roots !== key || performance.now() - this.#kept.at > keptMs) {
      const files = this.#list(roots, openFiles);
      this.#kept = { roots: key, at: performance.now(), files };
      files.catch(() => (this.#kept = undefined));
    }
    return this.#kept.files;
  }

  async #list(roots: Workspace['roots'], openFiles: Workspace['openFiles']): Promise<readonly RecentFile[]> {
    const { candidates } = await listCandidates(scanWorkspace(roots, { openFiles }));
    const files: RecentFile[] = [];
    for (const candidate of candidates) {
      const file = await this.parts.index.read(candidate, undefined);
      if (isIndexed(file)) {
        files.push({ candidate, file });
      }
    }
    return files;
  }
}

/** True when a file still has the text that was read. */
export async function isCurrent({ path, bytes, modifiedMs, unsavedText }: Candidate, openFiles: readonly OpenFile[]): Promise<boolean> {
  const unsaved = openFiles.find(file => file.path === path)?.text;
  if (unsaved !== undefined || unsavedText !== undefined) {
    return unsaved === unsavedText;
  }
  try {
    const stats = await lstat(path);
    return stats.size === bytes && stats.mtimeMs === modifiedMs;
  } catch {
    return false;
  }
}
