import type { EncoderSpec, PccEncoderSpec, Ratio } from '../../common/bundle';
import { assertNever } from '../../common/assertNever';

/**
 * Sizes of the runs of tokens that ARC pools into one slot each: balanced, not "ratio, ratio, ..., rest".
 * Source: kyutai-labs/ARC-Encoder embed_llm/models/utils `split_integer` with a negative factor.
 */
export function poolingGroups(tokens: number, ratio: number): readonly number[] {
  const groups = Math.ceil(tokens / ratio);
  const size = Math.floor(tokens / groups);
  const larger = tokens % groups;
  return Array.from({ length: groups }, (_, index) => (index < larger ? size + 1 : size));
}

/**
 * Slots that a window of `tokens` tokens becomes. Published PCC gives every segment the slots of a full one, also the short one at a file's end
 * (microsoft/AnthropomorphicIntelligence, folder PCC).
 */
export function slotCount(encoder: EncoderSpec, tokens: number, ratio: Ratio): number {
  if (tokens <= 0) {
    return 0;
  }
  switch (encoder.kind) {
    case 'arc':
      return Math.ceil(tokens / ratio);
    case 'pcc':
      return encoder.memory === 'first' ? Math.floor(encoder.window / ratio) : Math.ceil(tokens / ratio);
    default:
      return assertNever(encoder);
  }
}

/** The number of the memory token that becomes a slot of a segment. */
export function memoryToken({ memory, window, maxMemoryTokens }: PccEncoderSpec, slot: number, ratio: Ratio): number {
  return memory === 'first' ? slot : ((slot + 1) * ratio * maxMemoryTokens) / window - 1;
}
