import type { Sampling } from '../../common/context';
import { ShorthandError } from '../../common/errors';
import { randomSource } from './random';
import { penaliseRepeats } from './repeats';

/** Generated tokens that the repetition penalty looks back on. Prompt tokens are left out: an answer about code must repeat its names. */
export const penaltyWindow = 128;

export type SamplerOptions = Pick<Sampling, 'temperature' | 'topP' | 'repetitionPenalty' | 'seed'>;

/** Chooses tokens from logits. Equal options and logits give equal choices. */
export class Sampler {
  readonly #options: SamplerOptions;
  readonly #random: () => number;

  constructor(options: SamplerOptions) {
    this.#options = options;
    this.#random = randomSource(options.seed);
  }

  /**
   * Chooses the next token. `logits` float32 [vocabulary] is left as it is; `generated` are the tokens so far.
   * Temperature 0 takes the likeliest token (the lowest id among equals). Errors: `internal` when no logit is finite.
   */
  sample(logits: Float32Array, generated: readonly number[]): number {
    const { temperature, topP, repetitionPenalty } = this.#options;
    const scores = penalised(logits, generated.slice(-penaltyWindow), repetitionPenalty);
    const best = argmax(scores);
    if (temperature === 0) {
      return best;
    }
    const weights = softmaxWeights(scores, scores[best] ?? 0, temperature);
    return this.#draw(weights, nucleus(weights, topP));
  }

  /** Draws one of `candidates` with a probability proportional to its weight. */
  #draw(weights: Float64Array, candidates: readonly number[]): number {
    const total = candidates.reduce((sum, id) => sum + (weights[id] ?? 0), 0);
    let left = this.#random() * total;
    for (const id of candidates) {
      left -= weights[id] ?? 0;
      if (left < 0) {
        return id;
      }
    }
    // Rounding can leave a rest behind the last candidate.
    return candidates.at(-1) ?? 0;
  }
}

/** Makes recent tokens less likely: positive logits are divided, negative ones multiplied (CTRL, arXiv 1909.05858); and repeats, see `repeats.ts`. */
function penalised(logits: Float32Array, recent: readonly number[], penalty: number): Float32Array {
  if (penalty === 1 || recent.length === 0) {
    return logits;
  }
  const scores = logits.slice();
  for (const id of new Set(recent)) {
    const score = scores[id] ?? 0;
    scores[id] = score > 0 ? score / penalty : score * penalty;
  }
  penaliseRepeats(scores, recent);
  return scores;
}

function argmax(scores: Float32Array): number {
  let best = -1;
  let most = -Infinity;
  for (let id = 0; id < scores.length; id++) {
    const score = scores[id] ?? NaN;
    if (score > most && score < Infinity) {
      best = id;
      most = score;
    }
  }
  if (best < 0) {
    throw new ShorthandError('internal', 'The decoder gave no finite logits.');
  }
  return best;
}

/** exp((score - highest) / temperature); what is not finite counts as impossible. */
function softmaxWeights(scores: Float32Array, highest: number, temperature: number): Float64Array {
  const weights = new Float64Array(scores.length);
  for (let id = 0; id < scores.length; id++) {
    const weight = Math.exp(((scores[id] ?? NaN) - highest) / temperature);
    weights[id] = Number.isFinite(weight) ? weight : 0;
  }
  return weights;
}

/**
 * The likeliest tokens whose probabilities together reach `topP`; at least one. Likeliest first, lower ids first among equals. With 1 every
 * possible token, in no order.
 */
function nucleus(weights: Float64Array, topP: number): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  // Tokens below this hold less than 1 - topP all together, so none of them is needed: only the few others have to be sorted.
  const least = ((1 - topP) * total) / weights.length;
  const candidates: number[] = [];
  for (let id = 0; id < weights.length; id++) {
    const weight = weights[id] ?? 0;
    if (weight > 0 && weight >= least) {
      candidates.push(id);
    }
  }
  if (topP >= 1) {
    return candidates;
  }
  candidates.sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b);
  let sum = 0;
  const last = candidates.findIndex(id => (sum += weights[id] ?? 0) >= topP * total);
  return last < 0 ? candidates : candidates.slice(0, last + 1);
}
