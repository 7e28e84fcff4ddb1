/** Longest block of tokens that is recognised as a loop: two long lines of code. */
const longestBlock = 40;
/** Tables and fixtures repeat a line a few times, and rulers a character many times; a model that is stuck does both without end. */
const fewestRepeats = 6;
const fewestTokens = 60;

/**
 * Recognises a decoder that is stuck: the last tokens are one block, over and over, at least 6 times and over at least 60 tokens. Returns
 * how many tokens to drop so that one copy of the block stays, 0 when there is no loop.
 */
export function repeatedTail(tokens: readonly number[]): number {
  for (let block = 1; block <= longestBlock; block++) {
    const span = Math.max(fewestRepeats, Math.ceil(fewestTokens / block)) * block;
    if (span <= tokens.length && hasPeriod(tokens, block, span)) {
      return span - block;
    }
  }
  return 0;
}

/** True when each of the last `span - period` tokens equals the one `period` before it. */
function hasPeriod(tokens: readonly number[], period: number, span: number): boolean {
  for (let index = tokens.length - 1; index >= tokens.length - span + period; index--) {
    if (tokens[index] !== tokens[index - period]) {
      return false;
    }
  }
  return true;
}
