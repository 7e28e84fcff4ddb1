import { assertNever } from '../../common/assertNever';
import { ShorthandError } from '../../common/errors';
import type { DecoderSegment } from '../decoder/prompt';
import type { PlannedSegment } from '../plan/segments';
import type { EngineParts } from './engineParts';
import { slotId, type SlotMap } from './provideSlots';
import { slotSegments, specialSegment } from './slotSegments';

/**
 * Turns a planned prompt, which names windows, into what the decoder reads. `slots` holds the entries of all its windows.
 * The caller holds the inference lock.
 */
export async function resolvePrompt(
  parts: Pick<EngineParts, 'bundle' | 'compressor'>,
  segments: readonly PlannedSegment[],
  slots: SlotMap,
): Promise<readonly DecoderSegment[]> {
  const entries = segments.flatMap(segment => {
    if (segment.kind !== 'slots') {
      return [];
    }
    const entry = slots.get(slotId(segment.windowHash, segment.ratio));
    if (entry?.slotCount !== segment.count) {
      throw new ShorthandError('internal', `Window ${segment.windowHash} has ${entry?.slotCount ?? 'no'} slots; the plan counted ${segment.count}.`);
    }
    return [entry];
  });
  const projected = (await slotSegments(parts, entries)).values();
  return segments.map((segment): DecoderSegment => {
    switch (segment.kind) {
      case 'tokens':
        return { kind: 'tokens', ids: segment.tokens };
      case 'special':
        return specialSegment(parts, segment.name);
      case 'slots': {
        const next = projected.next();
        if (next.done === true) {
          throw new ShorthandError('internal', 'A window has no projected slots.');
        }
        return next.value;
      }
      default:
        return assertNever(segment);
    }
  });
}
