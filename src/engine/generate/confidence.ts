import { logSumExp } from '../decoder/logSumExp';

/** How sure a decoder is of what it writes: the geometric mean of the probabilities of its likeliest tokens, from 0 to 1. */
export class Confidence {
  #sum = 0;
  #count = 0;

  /** 1 before the first token. */
  get mean(): number {
    return this.#count === 0 ? 1 : Math.exp(this.#sum / this.#count);
  }

  /** Takes note of the logits (float32 [vocabulary]) that a token is chosen from. */
  add(logits: Float32Array): void {
    this.#sum += logits.reduce((most, logit) => Math.max(most, logit), -Infinity) - logSumExp(logits);
    this.#count++;
  }
}
