type Atom = readonly [pattern: RegExp, translate: (match: string) => string];

/** What JavaScript's `u` mode reads as the library that trains vocabularies does, or what it becomes there: anywhere in a pattern, */
const anywhere: readonly Atom[] = [
  // White space is Unicode's there; JavaScript's adds U+FEFF and misses U+0085.
  [/\\s/y, () => '\\p{White_Space}'],
  [/\\S/y, () => '\\P{White_Space}'],
  [/\\d/y, () => '\\p{Nd}'],
  [/\\[pP]\{(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?)\}/y, same],
  [/\\[rnt]/y, same],
  [/\\[.*+?^${}()|[\]\\/-]/y, same],
];

/** outside classes, */
const outside: readonly Atom[] = [
  [/\(\?i:[a-z'’|]+\)/y, anyCase],
  // A group, or a condition on what follows or stands before.
  [/\((?:\?[:=!]|\?<[=!])?(?!\?)/y, same],
  [/\)/y, same],
  // Possessive quantifiers (`?+`) don't exist in JavaScript.
  [/(?:[*+?]|\{\d*,?\d+\}|\{\d+,\})\??(?![+*?{])/y, same],
  [/\[\^?(?!\])/y, same],
  [/\|/y, same],
  [/[^\\^$.*+?()[\]{}|]/uy, same],
];

/** and in them, where a bracket would open another class and `&&` intersect two. */
const inside: readonly Atom[] = [
  [/\]/y, same],
  [/&(?!&)/y, same],
  [/[^\\[\]&]/uy, same],
];

function same(match: string): string {
  return match;
}

/** Characters that fold to ASCII letters, beside the other case. */
const foldsToo: Readonly<Record<string, string>> = { s: '\u017f', k: '\u212a' };

/** `(?i:...)` written out: only newer engines know it, and they fold otherwise. */
function anyCase(group: string): string {
  const body = group.slice('(?i:'.length, -1);
  return `(?:${body.replaceAll(/[a-z]/g, letter => `[${letter}${letter.toUpperCase()}${foldsToo[letter] ?? ''}]`)})`;
}

/** Pairs of letters that one character (a ligature) may stand for when case is ignored. */
const ligatures = /ss|st|ff|fi|fl/;

/**
 * A pattern of a `tokenizer.json` (Oniguruma's syntax) for JavaScript; undefined when the two might find other words. It knows what
 * published byte-level tokenizers use and refuses the rest. Characters that one of the two does not know yet, because its Unicode is older,
 * may be cut otherwise.
 */
export function wordPattern(pattern: string): RegExp | undefined {
  let source = '';
  let inClass = false;
  for (let at = 0; at < pattern.length; ) {
    const translated = translateAt(pattern, at, [...anywhere, ...(inClass ? inside : outside)]);
    if (translated === undefined) {
      return undefined;
    }
    inClass = inClass ? translated.source !== ']' : /^\[\^?$/.test(translated.source);
    source += translated.source;
    at = translated.end;
  }
  try {
    return new RegExp(source, 'gu');
  } catch {
    return undefined;
  }
}

function translateAt(pattern: string, at: number, atoms: readonly Atom[]): { readonly source: string; readonly end: number } | undefined {
  for (const [atom, translate] of atoms) {
    atom.lastIndex = at;
    const match = atom.exec(pattern)?.[0];
    if (match !== undefined) {
      return translate === anyCase && ligatures.test(match) ? undefined : { source: translate(match), end: at + match.length };
    }
  }
  return undefined;
}
