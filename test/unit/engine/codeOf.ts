import { ShorthandError } from '../../../src/common/errors';

/** The code of the error that `run` throws; what it throws when that has none; undefined when it throws nothing. */
export function codeOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return ShorthandError.is(error) ? error.code : error;
  }
  return undefined;
}
