import { createHash } from 'node:crypto';
import type { SlotEntry } from '../../../../src/engine/slots/slotEntry';

export const width = 64;

/** An entry whose values follow from its name, so that any process can tell whether it is whole. */
export function entryOf(name: string, slotCount = 4): SlotEntry {
  const windowHash = createHash('sha256').update(name).digest('hex').slice(0, 32);
  const seed = Number.parseInt(windowHash.slice(0, 8), 16);
  const slots = Uint16Array.from({ length: slotCount * width }, (_, i) => Math.imul(seed + i, 2654435761) >>> 16);
  return { key: { windowHash, encoderId: 'encoder', ratio: 8 }, slots, slotCount, width, tokenCount: slotCount * 8 };
}
