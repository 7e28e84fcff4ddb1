import type { AskParams } from '../../common/engineProtocol';
import { readSetting } from './settings';

/** The user's limit of a prompt in decoder positions; empty when it is the decoder's own. */
export function promptPositions(): Pick<AskParams, 'positions'> {
  const positions = readSetting('context.positions');
  return positions === 0 ? {} : { positions };
}
