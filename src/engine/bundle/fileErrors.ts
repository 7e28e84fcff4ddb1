import { systemErrorCode } from '../../common/errors';

/** True when a file operation failed because there is no such file or folder. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '');
}
