import type { SlotFacts } from '../plan/plan';
import { slotFrames, type SlotFrame } from '../plan/slotFrame';
import type { EngineParts } from './engineParts';
import { slotKey } from './provideSlots';

const noFrame: SlotFrame = { before: [], after: [], run: [], recall: [] };

/** What stands around the slots of a bundle; nothing where there are none. */
export function slotFrame({ compressor }: Pick<EngineParts, 'compressor'>): SlotFrame {
  return compressor === undefined ? noFrame : slotFrames[compressor.projector.spec.frame.kind];
}

/** What a plan has to know of slots. */
export function slotFacts(parts: Pick<EngineParts, 'bundle' | 'compressor' | 'store'>): SlotFacts {
  const { bundle, compressor, store } = parts;
  const frame = slotFrame(parts);
  if (compressor === undefined) {
    return { ratios: [], count: tokens => tokens, stored: () => undefined, meanFidelity: () => undefined, frame };
  }
  const { encoder } = compressor;
  const meanFidelity = new Map(encoder.spec.ratios.map(ratio => [ratio, store.meanFidelity(bundle.encoderId, ratio)]));
  return {
    ratios: encoder.spec.ratios.toSorted((a, b) => a - b),
    count: (tokens, ratio) => encoder.slotCount(tokens, ratio),
    stored: (hash, ratio) => store.shapesOf([slotKey(parts, hash, ratio)])[0],
    meanFidelity: ratio => meanFidelity.get(ratio),
    frame,
  };
}
