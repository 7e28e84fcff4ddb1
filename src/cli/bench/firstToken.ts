import type { Ratio } from '../../common/bundle';
import type { DecoderSegment } from '../../engine/decoder/prompt';
import type { EngineParts } from '../../engine/service/engineParts';
import { provideSlots, slotId } from '../../engine/service/provideSlots';
import { framedSegments } from '../../engine/service/slotSegments';
import type { IndexedWindow } from '../../engine/service/workspaceIndex';
import { timed, type Sample } from './samples';
import { countTokens } from './workload';

/** Time from the text to the logits of the first token, with nothing in the KV cache. Milliseconds. */
export interface FirstToken {
  readonly tokens: number;
  readonly ratio: Ratio;
  readonly rawPositions: number;
  readonly slotPositions: number;
  /** Tokenise, embed, prefill. */
  readonly raw: Sample;
  /** Read the slots from the store on disk, project, prefill. */
  readonly slots: Sample;
  readonly speedup: number;
}

const question = 'What does this code do?';

/** Measures both ways to read the same windows. Their slots are made beforehand: that is what is cached. */
export async function measureFirstToken(parts: EngineParts, windows: readonly IndexedWindow[], ratio: Ratio, runs: number): Promise<FirstToken> {
  const { tokenizer, decoder, prompt } = parts;
  const around = (files: readonly DecoderSegment[]): DecoderSegment[] => {
    const { before, after } = prompt.conversation([], question, true);
    return [{ kind: 'tokens', ids: before }, ...files, { kind: 'tokens', ids: after }];
  };
  const wanted = windows.map(window => ({ window, ratio }));
  await provideSlots(parts, wanted, { priority: 'answer' });

  // Another first position than any prompt has: nothing can be reused.
  const forget = async (): Promise<void> => {
    await decoder.prefill([{ kind: 'tokens', ids: tokenizer.encode(question) }]);
  };
  let rawPositions = 0;
  const raw = await timed(
    runs,
    async () => {
      const text: DecoderSegment[] = windows.map(window => ({ kind: 'tokens', ids: tokenizer.encode(window.text) }));
      rawPositions = (await decoder.prefill(around(text))).positions;
    },
    forget,
  );
  let slotPositions = 0;
  const slots = await timed(
    runs,
    async () => {
      const known = await provideSlots(parts, wanted, { priority: 'answer' });
      const segments = await framedSegments(parts, windows.flatMap(window => known.get(slotId(window.hash, ratio)) ?? []));
      slotPositions = (await decoder.prefill(around(segments))).positions;
    },
    forget,
  );
  return { tokens: countTokens(windows), ratio, rawPositions, slotPositions, raw, slots, speedup: raw.median / slots.median };
}

/** Milliseconds per token of writing, behind a prompt of `positions` positions. */
export async function measureDecoding(parts: EngineParts, windows: readonly IndexedWindow[], runs: number): Promise<{ readonly positions: number; readonly perStep: Sample }> {
  const { tokenizer, decoder, prompt } = parts;
  const ids = [...prompt.start, ...windows.flatMap(window => [...tokenizer.encode(window.text)])];
  const { positions } = await decoder.prefill([{ kind: 'tokens', ids }]);
  const steps = Math.min(runs, decoder.capacity - positions - 1);
  const token = ids.at(-1) ?? 0;
  const perStep = await timed(steps, async () => {
    await decoder.step(token);
  });
  return { positions, perStep };
}
