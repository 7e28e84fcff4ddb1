import { createHash } from 'node:crypto';
import type { SlotEntry } from '../../../../src/engine/slots/slotEntry';

export const slotBytes = 128;

/** An entry whose values follow from its name, so that any process can tell whether it is whole. */
export function entryOf(name: string, slotCount = 4): SlotEntry {
  const windowHash = createHash('sha256').update(name).digest('hex').slice(0, 32);
  const seed = Number.parseInt(windowHash.slice(0, 8), 16);
  const codes = Uint8Array.from({ length: slotCount * slotBytes }, (_, i) => Math.imul(seed + i, 2654435761) >>> 24);
  return { key: { windowHash, encoderId: 'encoder', ratio: 8 }, codes, slotCount, slotBytes, tokenCount: slotCount * 8 };
}
