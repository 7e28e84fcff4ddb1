import type { Ratio } from '../../common/bundle';
import { requireCompressor, type EngineParts } from '../../engine/service/engineParts';
import type { IndexedWindow } from '../../engine/service/workspaceIndex';
import { rate, timed, type Sample } from './samples';
import { countTokens } from './workload';

/** How fast windows become what the store keeps, and that becomes slots again. */
export interface Encoding {
  readonly ratio: Ratio;
  readonly tokens: number;
  readonly slots: number;
  /** Tokens per second of encoder and code together. */
  readonly rate: Sample;
  /** Slots per second of the code alone, there and back. */
  readonly code: { readonly encode: Sample; readonly decode: Sample };
}

/** Measures encoder and code on windows, their tokens at hand. */
export async function measureEncoding(parts: EngineParts, windows: readonly IndexedWindow[], ratio: Ratio, runs: number, signal: AbortSignal): Promise<Encoding> {
  const { encoder, tokenizer, code } = requireCompressor(parts);
  const tokens = windows.map(window => tokenizer.encode(window.text));
  const both = await timed(runs, async () => {
    await code.encode(await encoder.encode(tokens, ratio, { signal }));
  });
  const encoded = await encoder.encode(tokens, ratio, { signal });
  const codes = await code.encode(encoded);
  const slots = codes.reduce((sum, { length }) => sum + length, 0) / code.slotBytes;
  const there = await timed(runs, async () => {
    await code.encode(encoded);
  });
  const back = await timed(runs, async () => {
    await code.decode(codes);
  });
  return { ratio, tokens: countTokens(windows), slots, rate: rate(countTokens(windows), both), code: { encode: rate(slots, there), decode: rate(slots, back) } };
}
