import { throwIfCancelled } from '../../common/errors';
import type { SkippedFile } from '../../common/workspace';
import { indexTerms, type WindowTerms } from '../plan/terms';
import type { Candidate, ScanEntry } from '../../scan/candidate';
import { readSource } from '../workspace/readSource';
import { cutWindows } from '../workspace/windows';
import type { Cutter } from './engineParts';

/** A window of a file as it is now. Tokens are not held: they cost more memory than the text and are quickly made again. */
export interface IndexedWindow {
  readonly hash: string;
  readonly text: string;
  readonly tokenCount: number;
  readonly firstLine: number;
  readonly lastLine: number;
  /** For lexical search. */
  readonly terms: WindowTerms;
}

/** A file as it is now, cut into windows. */
export interface IndexedFile {
  readonly path: string;
  readonly displayPath: string;
  readonly bytes: number;
  readonly tokenCount: number;
  readonly windows: readonly IndexedWindow[];
}

export interface Listing {
  readonly candidates: readonly Candidate[];
  readonly skipped: readonly SkippedFile[];
}

/** Separates what a scan found into files to read and files that are left out. */
export async function listCandidates(entries: AsyncIterable<ScanEntry>, onFound?: (count: number) => void): Promise<Listing> {
  const candidates: Candidate[] = [];
  const skipped: SkippedFile[] = [];
  for await (const entry of entries) {
    if (entry.kind === 'candidate') {
      candidates.push(entry);
      onFound?.(candidates.length);
    } else {
      skipped.push(entry.skipped);
    }
  }
  return { candidates, skipped };
}

type Known = { readonly bytes: number; readonly modifiedMs: number } & (
  | { readonly kind: 'file'; readonly file: IndexedFile }
  | { readonly kind: 'skipped'; readonly skipped: SkippedFile }
);

/**
 * Files that were read and cut before. A file whose size and time of change are the same is not read again, so asking about an
 * unchanged workspace costs one `stat` per file. It holds no slots: those are in the slot store, by content.
 */
export class WorkspaceIndex {
  readonly #known = new Map<string, Known>();

  constructor(private readonly cutter: Cutter) {}

  /** The file as it is now, or why it can't be used. Errors: `cancelled`. */
  async read(candidate: Candidate, signal: AbortSignal | undefined): Promise<IndexedFile | SkippedFile> {
    throwIfCancelled(signal);
    const { path, displayPath, bytes, modifiedMs } = candidate;
    const known = this.#known.get(path);
    if (known?.bytes === bytes && known.modifiedMs === modifiedMs && candidate.unsavedText === undefined) {
      return known.kind === 'skipped' ? known.skipped : { ...known.file, displayPath };
    }
    const source = await readSource(candidate, { signal });
    if (source.kind === 'skipped') {
      this.#remember(candidate, { kind: 'skipped', skipped: source.skipped, bytes, modifiedMs });
      return source.skipped;
    }
    const windows = cutWindows(source.text, this.cutter.tokenizer, this.cutter.most).map(({ hash, text, tokens, firstLine, lastLine }) => ({
      hash,
      text,
      tokenCount: tokens.length,
      firstLine,
      lastLine,
      terms: indexTerms(text),
    }));
    const tokenCount = windows.reduce((sum, window) => sum + window.tokenCount, 0);
    const file: IndexedFile = { path, displayPath, bytes, tokenCount, windows };
    this.#remember(candidate, { kind: 'file', file, bytes, modifiedMs });
    return file;
  }

  /** Forgets files that a scan of the whole workspace no longer found. */
  retain(candidates: readonly Candidate[]): void {
    const found = new Set(candidates.map(candidate => candidate.path));
    for (const path of this.#known.keys()) {
      if (!found.has(path)) {
        this.#known.delete(path);
      }
    }
  }

  /** Not what failed: a file that was locked or not permitted can be read later without a change to its size and time. */
  #remember(candidate: Candidate, known: Known): void {
    const failed = known.kind === 'skipped' && (known.skipped.reason === 'unreadable' || known.skipped.reason === 'deleted');
    if (candidate.unsavedText === undefined && !failed) {
      this.#known.set(candidate.path, known);
    }
  }
}

/** Tells a file from a reason for leaving it out. */
export function isIndexed(entry: IndexedFile | SkippedFile): entry is IndexedFile {
  return 'windows' in entry;
}
