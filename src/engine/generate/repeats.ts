/** Repeats of this many tokens are left alone: code repeats its idioms. */
const freeLength = 3;
/** Longer matches than this count as this long: the penalty is beyond any logit by then. */
const longestMatch = 24;
/** What the first penalised token costs, in logits, and how the cost grows with every further token of a repeat. */
const cost = 1;
const growth = 1.75;

/**
 * Makes tokens less likely that would continue a repeat of what was generated before, the more the longer the repeat is already. In contrast to a
 * penalty on single tokens this leaves white space, brackets and names alone, and still ends "a a a a" and blocks of lines after a few rounds.
 *
 * The rule and its growth are those of DRY ("don't repeat yourself") sampling, text-generation-webui pull request 5677.
 *
 * @param scores float32 [vocabulary], changed in place.
 * @param recent Generated tokens, oldest first.
 */
export function penaliseRepeats(scores: Float32Array, recent: readonly number[]): void {
  const end = recent.length;
  const lengths = new Map<number, number>();
  for (let next = 1; next < end; next++) {
    let length = 0;
    while (length < Math.min(next, longestMatch) && recent[next - 1 - length] === recent[end - 1 - length]) {
      length++;
    }
    const token = recent[next] ?? -1;
    if (length >= freeLength && length > (lengths.get(token) ?? 0)) {
      lengths.set(token, length);
    }
  }
  for (const [token, length] of lengths) {
    scores[token] = (scores[token] ?? 0) - cost * growth ** (length - freeLength);
  }
}
