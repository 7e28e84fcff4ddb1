import type { Sampling, StopReason } from '../../common/context';
import { isCancellation } from '../../common/errors';
import type { Decoder } from '../decoder/decoder';
import type { DecoderSegment } from '../decoder/prompt';
import type { Tokenizer } from '../tokenizer/tokenizer';
import { AnswerText } from './answerText';
import { repeatedTail } from './loop';
import { Sampler } from './sampler';

/** What of a tokenizer is needed to write. */
export type WritingTokenizer = Pick<Tokenizer, 'decodeBytes'>;

/** What of a decoder is needed to write. */
export type WritingDecoder = Pick<Decoder, 'prefill' | 'step' | 'length' | 'capacity'>;

export interface GenerateOptions {
  readonly sampling: Sampling;
  /** Tokens that end the answer; they are not part of it. */
  readonly endTokens: readonly number[];
  /** What the text may begin with and is no part of it. */
  readonly lead?: string;
  readonly signal?: AbortSignal;
  /** Changes the logits (float32 [vocabulary], in place) before the token after `tokens` is chosen. */
  readonly constrain?: (logits: Float32Array, tokens: readonly number[]) => void;
  /** Called after every chunk of the prompt with the positions read so far, reused ones included. */
  readonly onRead?: (positions: number) => void;
  /** Called when there is more to show: the whole text so far, and the number of tokens that were generated. */
  readonly onText?: (text: string, tokens: number) => void;
}

export interface Generation {
  readonly text: string;
  readonly stopReason: StopReason;
  /** What was sampled, without the end token. */
  readonly tokens: readonly number[];
  readonly promptPositions: number;
  /** Of these, positions that were still in the KV cache. */
  readonly reusedPositions: number;
  /** Milliseconds for reading the prompt, and from there to the end. */
  readonly prefillMs: number;
  readonly decodeMs: number;
}

/**
 * Reads a prompt and writes its continuation.
 *
 * Ends with `end` at an end token, or when the decoder only repeats itself (see `repeatedTail`; the repeats are dropped from the text);
 * with `stop-sequence`; with `length` at `maxTokens` or when all positions are used; with `cancelled`, keeping the text so far, when
 * `signal` fires while writing. Errors: `cancelled` while reading the prompt, `prompt-too-long`, `out-of-memory`, `internal`.
 */
export async function generate(decoder: WritingDecoder, tokenizer: WritingTokenizer, prompt: readonly DecoderSegment[], options: GenerateOptions): Promise<Generation> {
  const { signal, onRead } = options;
  const started = performance.now();
  const read = await decoder.prefill(prompt, { ...(signal && { signal }), ...(onRead && { onProgress: onRead }) });
  const prefilled = performance.now();
  const written = await write(decoder, tokenizer, read.logits, options);
  return {
    ...written,
    promptPositions: read.positions,
    reusedPositions: read.reused,
    prefillMs: prefilled - started,
    decodeMs: performance.now() - prefilled,
  };
}

async function write(
  decoder: WritingDecoder,
  tokenizer: WritingTokenizer,
  firstLogits: Float32Array,
  { sampling, endTokens, lead, signal, constrain, onText }: GenerateOptions,
): Promise<Pick<Generation, 'text' | 'stopReason' | 'tokens'>> {
  const sampler = new Sampler(sampling);
  const text = new AnswerText(tokenizer, sampling.stop, lead);
  const tokens: number[] = [];
  const end = (stopReason: StopReason) => ({ text: text.finish(), stopReason, tokens });
  let logits = firstLogits;
  while (!signal?.aborted) {
    constrain?.(logits, tokens);
    const token = sampler.sample(logits, tokens);
    if (endTokens.includes(token)) {
      return end('end');
    }
    tokens.push(token);
    const shown = text.visible;
    text.add(token);
    if (text.visible !== shown) {
      onText?.(text.visible, tokens.length);
    }
    if (text.stopped) {
      return end('stop-sequence');
    }
    const repeats = repeatedTail(tokens);
    if (repeats > 0) {
      const kept = new AnswerText(tokenizer, sampling.stop, lead);
      tokens.slice(0, -repeats).forEach(id => kept.add(id));
      return { ...end('end'), text: kept.finish() };
    }
    if (tokens.length >= sampling.maxTokens || decoder.length >= decoder.capacity) {
      return end('length');
    }
    try {
      logits = await decoder.step(token, signal);
    } catch (error) {
      if (isCancellation(error)) {
        break;
      }
      throw error;
    }
  }
  return end('cancelled');
}
