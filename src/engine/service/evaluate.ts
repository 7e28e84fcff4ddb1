import * as v from 'valibot';
import type { Ratio } from '../../common/bundle';
import { ShorthandError, throwIfCancelled } from '../../common/errors';
import type { DecoderSegment } from '../decoder/prompt';
import { scoreContinuation, type Score } from '../decoder/scoreContinuation';
import { requireCompressor, type EngineParts } from './engineParts';
import { framedSegments } from './slotSegments';
import { encodedEntries, slotKey } from './provideSlots';

/** One line of an evaluation file: windows of a file, and the text that follows them. */
const itemSchema = v.object({
  id: v.union([v.string(), v.number()]),
  path: v.string(),
  contextWindows: v.array(v.string()),
  /** Windows of another file, as many. */
  wrongWindows: v.array(v.string()),
  target: v.string(),
});
export type EvaluationItem = v.InferOutput<typeof itemSchema>;

/** @throws {ShorthandError} `file-unreadable` naming the line that is no item. */
export function parseItems(text: string): readonly EvaluationItem[] {
  return text.split('\n').flatMap((line, index) => {
    try {
      return line.trim() === '' ? [] : [v.parse(itemSchema, JSON.parse(line))];
    } catch (error) {
      throw new ShorthandError('file-unreadable', `Line ${index + 1} is not an evaluation item.`, { cause: error });
    }
  });
}

/** How the target was predicted behind each kind of context. */
export interface ItemScores {
  readonly id: string | number;
  readonly byContext: Readonly<Record<string, Score>>;
}

/** Scores a target behind nothing, the raw windows, their slots at every ratio, and the slots of the wrong windows. */
export async function scoreItem(parts: EngineParts, item: EvaluationItem, signal: AbortSignal): Promise<ItemScores> {
  const { tokenizer, decoder, prompt } = parts;
  const compressor = requireCompressor(parts);
  const head: DecoderSegment = { kind: 'tokens', ids: [...prompt.start, ...prompt.header(item.path)] };
  const target = tokenizer.encode(item.target);
  const context = item.contextWindows.map(text => compressor.tokenizer.encode(text));
  const wrong = item.wrongWindows.map(text => compressor.tokenizer.encode(text));
  const score = async (body: readonly DecoderSegment[]): Promise<Score> => {
    throwIfCancelled(signal);
    return scoreContinuation(decoder, [head, ...body], target, { signal });
  };

  return parts.lock.run('answer', signal, async () => {
    const byContext: Record<string, Score> = { none: await score([]), full: await score(item.contextWindows.map(text => ({ kind: 'tokens', ids: tokenizer.encode(text) }))) };
    for (const ratio of compressor.encoder.spec.ratios) {
      byContext[`slots ${ratio}x`] = await score(await encoded(parts, context, ratio));
      byContext[`wrong file's slots ${ratio}x`] = await score(await encoded(parts, wrong, ratio));
    }
    return { id: item.id, byContext };
  });
}

/** Windows as slots, as the slot store gives them back. */
async function encoded(parts: EngineParts, windows: readonly Int32Array[], ratio: Ratio): Promise<readonly DecoderSegment[]> {
  // The tokens name the window: the decoder takes equal keys for equal rows.
  const named = windows.map(tokens => ({ key: slotKey(parts, tokens.join(' '), ratio), tokens }));
  return framedSegments(parts, await encodedEntries(parts, named, ratio, undefined));
}

export interface ContextSummary {
  readonly name: string;
  readonly nllPerToken: number;
  /** (none - this) / (none - full); undefined for the two ends. */
  readonly gapClosed: number | undefined;
}

/** Means over all tokens of all items. */
export function summariseScores(scores: readonly ItemScores[]): readonly ContextSummary[] {
  const mean = (name: string): number => {
    const all = scores.flatMap(item => item.byContext[name] ?? []);
    return all.reduce((sum, { nll }) => sum + nll, 0) / Math.max(1, all.reduce((sum, { tokens }) => sum + tokens, 0));
  };
  const none = mean('none');
  const full = mean('full');
  return Object.keys(scores[0]?.byContext ?? {}).map(name => ({
    name,
    nllPerToken: mean(name),
    gapClosed: name === 'none' || name === 'full' ? undefined : (none - mean(name)) / (none - full),
  }));
}
