import type { DecoderSegment } from '../decoder/prompt';
import { slotFrames, type SpecialName } from '../plan/slotFrame';
import type { SlotEntry } from '../slots/slotEntry';
import { requireCompressor, type EngineParts } from './engineParts';

type Parts = Pick<EngineParts, 'bundle' | 'compressor'>;

/**
 * Stored slots as segments of a prompt, in order, one per entry: taken into the decoder's embedding space by one run of the projector.
 * The caller holds the inference lock. Errors: `no-compressor`.
 */
export async function slotSegments(parts: Parts, entries: readonly SlotEntry[]): Promise<readonly DecoderSegment[]> {
  if (entries.length === 0) {
    return [];
  }
  const { code, projector } = requireCompressor(parts);
  const { outWidth } = projector.spec;
  const rows = await projector.project(await code.decode(entries.map(({ codes }) => codes)));
  let start = 0;
  return entries.map(({ key, slotCount }): DecoderSegment => {
    const first = start;
    start += slotCount * outWidth;
    return { kind: 'embeddings', key: `${key.windowHash}/${key.ratio}`, rows: rows.subarray(first, start) };
  });
}

/** A learnt vector that stands beside slots. Errors: `no-compressor`, `internal` for one that the projector does not have. */
export function specialSegment(parts: Parts, name: SpecialName): DecoderSegment {
  return { kind: 'embeddings', key: name, rows: requireCompressor(parts).projector.special(name) };
}

/** As `slotSegments`, in the frame of windows that follow each other. */
export async function framedSegments(parts: Parts, entries: readonly SlotEntry[], end: 'run' | 'recall' = 'run'): Promise<readonly DecoderSegment[]> {
  const frame = slotFrames[requireCompressor(parts).projector.spec.frame.kind];
  const special = (names: readonly SpecialName[]): readonly DecoderSegment[] => names.map(name => specialSegment(parts, name));
  const windows = await slotSegments(parts, entries);
  return [...windows.flatMap(window => [...special(frame.before), window, ...special(frame.after)]), ...special(frame[end])];
}
