/** What is being typed at the caret that could be completed, and where it stands in the text. */
export interface Trigger {
  readonly kind: 'file' | 'symbol' | 'command';
  /** What was typed after the sign. */
  readonly query: string;
  readonly start: number;
  readonly end: number;
}

const signs = { '@': 'file', '#': 'symbol' } as const;

/** Finds `@file` and `#symbol` at the beginning of a word, and a `/command` at the beginning of the text, up to the caret. */
export function findTrigger(text: string, caret: number): Trigger | undefined {
  const before = text.slice(0, caret);
  const command = /^\s*\/(\w*)$/.exec(before);
  if (command !== null) {
    const query = command[1] ?? '';
    return { kind: 'command', query, start: caret - query.length - 1, end: caret };
  }
  const named = /(?:^|[\s([{,;])([@#])(\S*)$/.exec(before);
  const [, sign, query = ''] = named ?? [];
  return sign === '@' || sign === '#' ? { kind: signs[sign], query, start: caret - query.length - 1, end: caret } : undefined;
}
