import { promptRoles } from '../bundle/supported';
import type { DecoderSegment } from '../decoder/prompt';
import { scoreContinuation } from '../decoder/scoreContinuation';
import { headerTokens } from '../plan/buildPrompt';
import type { SlotEntry } from '../slots/slotEntry';
import type { EngineParts } from './engineParts';
import { slotSegments } from './slotSegments';

/** Positions of a path at most: the deepest folders must not make a window too long to be measured. */
export const longestHeader = 256;

/** What stands before a window that is to be said again: as in training, the path of the file, the slots and `rec`. */
export interface RecallPrompt {
  /** The prompt without the slots. */
  readonly head: DecoderSegment;
  readonly prompt: readonly DecoderSegment[];
}

/** The caller holds the inference lock. */
export async function recallPrompt(parts: EngineParts, displayPath: string, entry: SlotEntry): Promise<RecallPrompt> {
  const template = promptRoles(parts.bundle.manifest);
  const ids = [parts.tokenizer.specialTokenId(template.bos), ...headerTokens(displayPath, parts.tokenizer, template)].slice(0, longestHeader);
  const head: DecoderSegment = { kind: 'tokens', ids };
  const rec: DecoderSegment = { kind: 'embeddings', key: 'rec', rows: parts.projector.specials.rec };
  return { head, prompt: [head, ...(await slotSegments(parts, [entry])), rec] };
}

/**
 * The share of a window's information that the decoder gets back from its slots: 1 - NLL(text | slots) / NLL(text), within [0, 1]; both behind
 * the file's path. The caller holds the inference lock. Errors: `cancelled`, and the decoder's.
 */
export async function measureFidelity(parts: EngineParts, { head, prompt }: RecallPrompt, tokens: Int32Array, signal: AbortSignal | undefined): Promise<number> {
  const decoder = parts.sideDecoder();
  const options = signal === undefined ? {} : { signal };
  const without = await scoreContinuation(decoder, [head], tokens, options);
  const behind = await scoreContinuation(decoder, prompt, tokens, options);
  return without.nll > 0 ? Math.min(1, Math.max(0, 1 - behind.nll / without.nll)) : 0;
}
