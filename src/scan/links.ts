import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { systemErrorCode } from '../common/errors';
import { skip, skipFailure, type Skipped } from './candidate';
import { isInside } from './roots';

/**
 * What to report for a symbolic link. Links are never followed: what they lead to inside the workspace is listed at its own place
 * (undefined), and what lies outside was not opened by the user. So no walk can loop, and no file is listed twice.
 *
 * @param realRoots Roots with their own links resolved.
 */
export async function describeLink(link: string, realRoots: readonly string[]): Promise<Skipped | undefined> {
  try {
    const [target, folder] = await Promise.all([realpath(link), realpath(path.dirname(link))]);
    if (isInside(folder, target)) {
      return skip(link, 'symlink-loop', `It links to ${target}, the folder that it is in.`);
    }
    return realRoots.some(root => isInside(target, root)) ? undefined : skip(link, 'outside-workspace', `It links to ${target}.`);
  } catch (error) {
    return systemErrorCode(error) === 'ENOENT' ? skip(link, 'unreadable', 'It links to something that is not there.') : skipFailure(link, error);
  }
}
