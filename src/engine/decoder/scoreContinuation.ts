import { logSumExp } from './logSumExp';
import type { Decoder, ReadOptions } from './decoder';
import { promptLength, type DecoderSegment } from './prompt';

/** How well the decoder predicts a text. */
export interface Score {
  /** Sum of the negative log-likelihoods of the tokens, in nats. */
  readonly nll: number;
  readonly tokens: number;
}

/**
 * Scores `target` as the continuation of a prompt (at least one position): teacher forcing, one read.
 * Errors: as for `Decoder.prefill`, `prompt-too-long` counting the target's tokens except the last.
 */
export async function scoreContinuation(
  decoder: Decoder,
  prompt: readonly DecoderSegment[],
  target: ArrayLike<number>,
  options: ReadOptions = {},
): Promise<Score> {
  const tokens = target.length;
  if (tokens === 0) {
    return { nll: 0, tokens };
  }
  const start = promptLength(prompt, decoder.spec.width);
  // The last token is only predicted, never read.
  const ids = Array.prototype.slice.call(target, 0, tokens - 1);
  let nll = 0;
  await decoder.read(
    [...prompt, { kind: 'tokens', ids }],
    start - 1,
    (position, logits) => {
      nll += logSumExp(logits) - (logits[target[position - start + 1] ?? -1] ?? NaN);
    },
    options,
  );
  return { nll, tokens };
}
