/** The words of a text for lexical search, small enough to keep for every window of a workspace (some 500 bytes each). */
export interface WindowTerms {
  /** 32-bit hashes of the distinct terms, ascending. */
  readonly hashes: Uint32Array;
  /** How often each occurs. */
  readonly counts: Uint16Array;
  /** All occurrences. */
  readonly total: number;
}

/**
 * Terms of a text, in order: the parts of each identifier (camelCase, snake_case, digits apart), in lower case and without a plural s, and
 * the whole identifier where it has several parts.
 */
export function splitTerms(text: string): readonly string[] {
  const terms: string[] = [];
  for (const identifier of text.match(/[\p{L}\p{N}_$]+/gu) ?? []) {
    const parts = identifier.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{N}+|\p{L}+/gu) ?? [];
    for (const part of parts) {
      terms.push(singular(part.toLowerCase()));
    }
    if (parts.length > 1) {
      terms.push(identifier.toLowerCase());
    }
  }
  return terms;
}

export function indexTerms(text: string): WindowTerms {
  const counts = new Map<number, number>();
  const terms = splitTerms(text);
  for (const term of terms) {
    const hash = termHash(term);
    counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  const hashes = Uint32Array.from(counts.keys()).sort();
  return { hashes, counts: Uint16Array.from(hashes, hash => Math.min(0xffff, counts.get(hash) ?? 0)), total: terms.length };
}

/** How often a term occurs. */
export function termCount(terms: WindowTerms, hash: number): number {
  let low = 0;
  let high = terms.hashes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((terms.hashes[middle] ?? 0) < hash) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return terms.hashes[low] === hash ? (terms.counts[low] ?? 0) : 0;
}

/** The distinct terms of a question that say something; all of them when none does ("what does get do?"). */
export function questionTerms(question: string): readonly string[] {
  const terms = [...new Set(splitTerms(question))];
  const telling = terms.filter(term => term.length > 1 && !stopWords.has(term));
  return telling.length > 0 ? telling : terms;
}

/** FNV-1a over UTF-16 units, 32 bits. */
export function termHash(term: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < term.length; i++) {
    value = Math.imul(value ^ term.charCodeAt(i), 0x01000193);
  }
  return value >>> 0;
}

function singular(term: string): string {
  if (term.length > 4 && term.endsWith('ies')) {
    return `${term.slice(0, -3)}y`;
  }
  return term.length > 2 && /[^sui]s$/.test(term) ? term.slice(0, -1) : term;
}

/** Words of questions about code that occur in comments everywhere. */
const stopWords = new Set(
  splitTerms(
    'a about all also an and any are as at be been but by can code could describe did do does done each explain file find for from get give had has have how i if in into ' +
    'is it its just let like me most my no not of on one only or our out please project really repo repository say see she should show so some source such tell than that the their ' +
    'them then there these they this those to up us use used using want was we were what when where which while who why will with work would you your',
  ),
);
