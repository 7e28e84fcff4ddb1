import type { WordSplit } from '../../common/tokenizer/byteLevelFile';

/** Cuts a text into words, one step after the other, each inside the words of the one before. */
export function splitWords(text: string, splits: readonly WordSplit[]): readonly string[] {
  return splits.reduce<readonly string[]>((words, split) => (words.length === 1 ? splitOnce(words[0] ?? '', split) : words.flatMap(word => splitOnce(word, split))), text === '' ? [] : [text]);
}

function splitOnce(text: string, { pattern, between }: WordSplit): readonly string[] {
  const matches = text.match(pattern) ?? [];
  if (between === 'dropped' || matches.reduce((sum, match) => sum + match.length, 0) === text.length) {
    return matches;
  }
  // The pattern leaves gaps, which are words too.
  const words: string[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) {
      words.push(text.slice(end, match.index));
    }
    words.push(match[0]);
    end = match.index + match[0].length;
  }
  if (end < text.length) {
    words.push(text.slice(end));
  }
  return words;
}
