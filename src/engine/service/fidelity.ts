import type { DecoderSegment } from '../decoder/prompt';
import { scoreContinuation } from '../decoder/scoreContinuation';
import type { SlotEntry } from '../slots/slotEntry';
import { requireCompressor, type EngineParts } from './engineParts';
import { framedSegments } from './slotSegments';

/** Positions of a path at most: the deepest folders must not make a window too long to be measured. */
export const longestHeader = 256;

/** What stands before a window that is to be said again. */
export interface RecallPrompt {
  /** The prompt without the slots. */
  readonly head: DecoderSegment;
  readonly prompt: readonly DecoderSegment[];
}

/**
 * As each compressor was trained: Shorthand's own behind the path of the file, the slots and `rec`; ARC's behind slots and `rec`, then the start token; PCC's
 * behind the start token, the slots between `<mem>` and `</mem>`, and `<ae>`. The caller holds the inference lock. Errors: `no-compressor`.
 */
export async function recallPrompt(parts: EngineParts, displayPath: string, entry: SlotEntry): Promise<RecallPrompt> {
  const { start } = parts.prompt;
  const { frame } = requireCompressor(parts).projector.spec;
  const recall = frame.kind === 'arc' ? frame.recall : undefined;
  // A decoder without a start token needs something before its first word, too.
  const ids = recall === 'path-first' || start.length === 0 ? [...start, ...parts.prompt.header(displayPath)].slice(0, longestHeader) : start;
  const head: DecoderSegment = { kind: 'tokens', ids };
  const slots = await framedSegments(parts, [entry], 'recall');
  return { head, prompt: recall === 'slots-first' ? [...slots, head] : [head, ...slots] };
}

/**
 * The share of a window's information that the decoder gets back from its slots: 1 - NLL(text | slots) / NLL(text), within [0, 1]; both behind
 * what stands before the slots. The caller holds the inference lock. Errors: `cancelled`, and the decoder's.
 */
export async function measureFidelity(parts: EngineParts, { head, prompt }: RecallPrompt, tokens: Int32Array, signal: AbortSignal | undefined): Promise<number> {
  const decoder = parts.sideDecoder();
  const options = signal === undefined ? {} : { signal };
  const without = await scoreContinuation(decoder, [head], tokens, options);
  const behind = await scoreContinuation(decoder, prompt, tokens, options);
  return without.nll > 0 ? Math.min(1, Math.max(0, 1 - behind.nll / without.nll)) : 0;
}
