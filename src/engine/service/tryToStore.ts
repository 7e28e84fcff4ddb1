import { ShorthandError } from '../../common/errors';
import type { EngineParts } from './engineParts';

/** Stores something that the call under way can do without: a full disk is told once and stops nothing. */
export function tryToStore({ warn }: Pick<EngineParts, 'warn'>, store: () => void): void {
  try {
    store();
  } catch (error) {
    if (!ShorthandError.is(error, 'disk-full')) {
      throw error;
    }
    warn(`${error.message} Answers work, but what they compress is not kept.`);
  }
}
