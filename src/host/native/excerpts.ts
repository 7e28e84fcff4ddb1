import { fenced } from '../../common/answerParts';
import type { SearchHit } from '../../common/workspace';
import { linesText } from './findInMemory';

/** What a caller can take, as VS Code tells a tool. */
export interface TokenBudget {
  readonly tokenBudget: number;
  countTokens(text: string): PromiseLike<number>;
}

/**
 * The result of a search as text for another assistant, best excerpt first, within its token budget: what does not fit is counted, never
 * dropped silently. `others` come last and are given up last.
 */
export async function excerptsWithin(hits: readonly SearchHit[], others: readonly string[], budget: TokenBudget | undefined): Promise<string[]> {
  if (hits.length === 0) {
    return ['No file of the workspace matches.\n', ...others];
  }
  const note = (count: number): string => `Excerpts left out for want of room: ${count}.\n`;
  const count = async (text: string): Promise<number> => (budget === undefined ? 0 : budget.countTokens(text));
  let left = (budget?.tokenBudget ?? Infinity) - (await count([note(hits.length), ...others].join('')));
  const taken: string[] = [];
  for (const hit of hits) {
    const text = excerpt(hit);
    left -= await count(text);
    if (left < 0) {
      break;
    }
    taken.push(text);
  }
  const leftOut = hits.length - taken.length;
  return [...taken, ...(leftOut === 0 ? [] : [note(leftOut)]), ...others];
}

function excerpt(hit: SearchHit): string {
  const extension = /\.(\w+)$/.exec(hit.displayPath)?.[1] ?? '';
  return `${linesText(hit)}\n${fenced(hit.text, extension)}\n`;
}
