import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Ignore } from 'ignore';
import { throwIfCancelled } from '../common/errors';
import type { OpenFile, WorkspaceRoot } from '../common/workspace';
import { skip, skipExcluded, skipFailure, type ScanEntry } from './candidate';
import { excludeMatcher, noiseExcludes } from './excludes';
import { IgnoreRules } from './gitIgnore';
import { defaultLimits, formatBytes, type ScanLimits } from './limits';
import { describeLink } from './links';
import { displayPathOf, distinctRoots, realRoots } from './roots';

export interface ScanOptions {
  readonly signal?: AbortSignal | undefined;
  readonly limits?: ScanLimits | undefined;
  /** Their unsaved texts are read instead of the files. */
  readonly openFiles?: readonly OpenFile[] | undefined;
}

/** Entries that are looked at side by side. */
const parallel = 64;

/**
 * Lists the files of a workspace: files of a folder by name, then its folders by name, root after root. What `.gitignore` files, exclude
 * globs and `noiseExcludes` hide is not listed at all; what can't be used is listed as skipped, and so is what Shorthand's own setting
 * excludes, a whole folder as one entry. One folder's names are held at a time and no contents, so that size does not matter. Files that vanish meanwhile are reported, not fatal. Errors: `cancelled`.
 */
export async function* scanWorkspace(roots: readonly WorkspaceRoot[], options: ScanOptions = {}): AsyncGenerator<ScanEntry, void, undefined> {
  const distinct = distinctRoots(roots);
  const walk: Walk = {
    roots: distinct,
    realRoots: await realRoots(distinct),
    rootPaths: new Set(distinct.map(root => path.resolve(root.path))),
    unsaved: new Map(options.openFiles?.map(file => [file.path, file.text])),
    limits: options.limits ?? defaultLimits,
    signal: options.signal,
  };
  for (const root of distinct) {
    yield* scanRoot(root, walk);
  }
}

interface Walk {
  readonly roots: readonly WorkspaceRoot[];
  readonly realRoots: readonly string[];
  readonly rootPaths: ReadonlySet<string>;
  readonly unsaved: ReadonlyMap<string, string | undefined>;
  readonly limits: ScanLimits;
  readonly signal: AbortSignal | undefined;
}

async function* scanRoot(root: WorkspaceRoot, walk: Walk): AsyncGenerator<ScanEntry, void, undefined> {
  const top = path.resolve(root.path);
  const excludes = excludeMatcher([...noiseExcludes, ...root.excludes]);
  const excluded = excludeMatcher(root.excluded);
  const pending = [{ folder: top, rules: await IgnoreRules.at(top) }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    throwIfCancelled(walk.signal);
    const { folder, rules } = next;
    const listed = await list(folder);
    if (!Array.isArray(listed)) {
      yield listed;
      continue;
    }
    const shown = listed.filter(entry => !isHidden(entry, folder, top, rules, excludes));
    const isExcluded = (entry: Dirent): boolean => excluded.ignores(relativePath(entry, folder, top));
    yield* shown.filter(isExcluded).map(entry => skipExcluded(path.join(folder, entry.name)));
    const visible = shown.filter(entry => !isExcluded(entry));
    const files = visible.filter(entry => !entry.isDirectory());
    for (let start = 0; start < files.length; start += parallel) {
      throwIfCancelled(walk.signal);
      const found = await Promise.all(files.slice(start, start + parallel).map(entry => describeFile(entry, path.join(folder, entry.name), root, walk)));
      yield* found.filter(entry => entry !== undefined);
    }
    for (const entry of visible.filter(entry => entry.isDirectory()).toReversed()) {
      const inner = path.join(folder, entry.name);
      // A root inside another root is listed under its own name.
      if (!walk.rootPaths.has(inner)) {
        pending.push({ folder: inner, rules: await rules.enter(inner) });
      }
    }
  }
}

/** The entries of a folder by name, in code unit order, which is the same everywhere. */
async function list(folder: string): Promise<Dirent[] | ScanEntry> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    return skipFailure(folder, error);
  }
}

function isHidden(entry: Dirent, folder: string, top: string, rules: IgnoreRules, excludes: Ignore): boolean {
  return entry.name === '.git' || excludes.ignores(relativePath(entry, folder, top)) || rules.ignores(path.join(folder, entry.name), entry.isDirectory());
}

/** Relative to the root, with '/' between names and behind a folder. */
function relativePath(entry: Dirent, folder: string, top: string): string {
  const relative = path.relative(top, path.join(folder, entry.name)).split(path.sep).join('/');
  return entry.isDirectory() ? `${relative}/` : relative;
}

async function describeFile(entry: Dirent, file: string, root: WorkspaceRoot, walk: Walk): Promise<ScanEntry | undefined> {
  if (entry.isSymbolicLink()) {
    return describeLink(file, walk.realRoots);
  }
  const displayPath = displayPathOf(file, root, walk.roots);
  const unsavedText = walk.unsaved.get(file);
  try {
    const stats = await lstat(file);
    if (!stats.isFile()) {
      return skip(file, 'unreadable', 'It is not a regular file.');
    }
    if (unsavedText === undefined && stats.size > walk.limits.maxBytes) {
      return skip(file, 'too-large', `${formatBytes(stats.size)}; the limit is ${formatBytes(walk.limits.maxBytes)}.`);
    }
    return { kind: 'candidate', path: file, displayPath, bytes: unsavedText === undefined ? stats.size : Buffer.byteLength(unsavedText), modifiedMs: stats.mtimeMs, unsavedText };
  } catch (error) {
    return skipFailure(file, error);
  }
}
