import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { throwIfCancelled } from '../common/errors';
import type { OpenFile, WorkspaceRoot } from '../common/workspace';
import { skip, skipExcluded, skipFailure, type ScanEntry } from './candidate';
import { excludeMatcher, noiseExcludes } from './excludes';
import { IgnoreRules } from './gitIgnore';
import { defaultLimits, formatBytes } from './limits';
import { displayPathOf, distinctRoots, isInside, realRoots, rootOf } from './roots';
import type { ScanOptions } from './scanWorkspace';

/**
 * Looks at files that were named one by one (open editors), in the order given, each path once. The rules of `scanWorkspace` hold, but here a file that they
 * hide is reported (`excluded`, `outside-workspace`): somebody asked for it. An unsaved text needs no file on disk. Errors: `cancelled`.
 */
export async function* scanFiles(
  files: readonly OpenFile[],
  roots: readonly WorkspaceRoot[],
  options: Omit<ScanOptions, 'openFiles'> = {},
): AsyncGenerator<ScanEntry, void, undefined> {
  const distinct = distinctRoots(roots);
  const real = await realRoots(distinct);
  const limits = options.limits ?? defaultLimits;
  for (const file of new Map(files.map(file => [path.resolve(file.path), file])).values()) {
    throwIfCancelled(options.signal);
    const absolute = path.resolve(file.path);
    const root = rootOf(absolute, distinct);
    if (root === undefined) {
      yield skip(absolute, 'outside-workspace', 'It is in no folder of the workspace.');
      continue;
    }
    const hidden = await hiddenBy(absolute, root);
    if (hidden !== undefined) {
      yield skip(absolute, 'excluded', hidden);
      continue;
    }
    if (excludeMatcher(root.excluded).ignores(relativeTo(root, absolute).join('/'))) {
      yield skipExcluded(absolute);
      continue;
    }
    const displayPath = displayPathOf(absolute, root, distinct);
    if (file.text !== undefined) {
      yield { kind: 'candidate', path: absolute, displayPath, bytes: Buffer.byteLength(file.text), modifiedMs: 0, unsavedText: file.text };
      continue;
    }
    yield await describeOnDisk(absolute, displayPath, real, limits.maxBytes);
  }
}

async function describeOnDisk(file: string, displayPath: string, realRoots: readonly string[], maxBytes: number): Promise<ScanEntry> {
  try {
    const target = await realpath(file);
    if (!realRoots.some(root => isInside(target, root))) {
      return skip(file, 'outside-workspace', `It links to ${target}.`);
    }
    const stats = await lstat(target);
    if (!stats.isFile()) {
      return skip(file, 'unreadable', stats.isDirectory() ? 'It is a folder.' : 'It is not a regular file.');
    }
    if (stats.size > maxBytes) {
      return skip(file, 'too-large', `${formatBytes(stats.size)}; the limit is ${formatBytes(maxBytes)}.`);
    }
    return { kind: 'candidate', path: file, displayPath, bytes: stats.size, modifiedMs: stats.mtimeMs, unsavedText: undefined };
  } catch (error) {
    return skipFailure(file, error);
  }
}

/** What hides a file, in words. */
async function hiddenBy(file: string, root: WorkspaceRoot): Promise<string | undefined> {
  const top = path.resolve(root.path);
  const parts = relativeTo(root, file);
  if (parts.includes('.git')) {
    return 'It belongs to git.';
  }
  if (excludeMatcher(root.excludes).ignores(parts.join('/'))) {
    return 'An exclude setting hides it.';
  }
  if (excludeMatcher(noiseExcludes).ignores(parts.join('/'))) {
    return 'Lock files, generated files and keys are not read.';
  }
  let rules = await IgnoreRules.at(top);
  for (let i = 1; i <= parts.length; i++) {
    const at = path.join(top, ...parts.slice(0, i));
    const isFolder = i < parts.length;
    if (rules.ignores(at, isFolder)) {
      return 'A .gitignore file hides it.';
    }
    rules = isFolder ? await rules.enter(at) : rules;
  }
  return undefined;
}

/** The names on the way from a root to a file in it. */
function relativeTo(root: WorkspaceRoot, file: string): readonly string[] {
  return path.relative(path.resolve(root.path), file).split(path.sep);
}
