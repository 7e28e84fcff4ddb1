import type { DecoderSegment } from '../decoder/prompt';
import { float16ToFloat32 } from '../float16';
import type { SlotEntry } from '../slots/slotEntry';
import type { EngineParts } from './engineParts';

/**
 * Stored slots as segments of a prompt, in order, one per entry: taken into the decoder's embedding space by one run of the projector.
 * The caller holds the inference lock.
 */
export async function slotSegments({ projector }: Pick<EngineParts, 'projector'>, entries: readonly SlotEntry[]): Promise<readonly DecoderSegment[]> {
  const { inWidth, outWidth } = projector.spec;
  const slots = new Float32Array(entries.reduce((sum, entry) => sum + entry.slotCount, 0) * inWidth);
  let filled = 0;
  for (const { slots: halves } of entries) {
    float16ToFloat32(halves, slots.subarray(filled, filled + halves.length));
    filled += halves.length;
  }
  const rows = await projector.project(slots);
  let start = 0;
  return entries.map(({ key, slotCount }): DecoderSegment => {
    const first = start;
    start += slotCount * outWidth;
    return { kind: 'embeddings', key: `${key.windowHash}/${key.ratio}`, rows: rows.subarray(first, start) };
  });
}

/** The special slot that closes the slots of a file: what follows goes on from it. */
export function contSegment({ projector }: Pick<EngineParts, 'projector'>): DecoderSegment {
  return { kind: 'embeddings', key: 'cont', rows: projector.specials.cont };
}
