/** Where a word begins: after a separator, or at a capital after a small letter. */
function beginsWord(text: string, index: number): boolean {
  const before = text.charAt(index - 1);
  return index === 0 || /[^\p{L}\p{N}]/u.test(before) || (/\p{Ll}/u.test(before) && /\p{Lu}/u.test(text.charAt(index)));
}

/**
 * How well a text matches what was typed of it, from 0 to 1; undefined when the letters are not all there in their order. A run of letters is
 * better than scattered ones, the beginning of a word better than its middle, and a short text better than a long one. Case does not count.
 */
export function fuzzyScore(query: string, text: string): number | undefined {
  const wanted = query.toLowerCase();
  const given = text.toLowerCase();
  if (wanted === '') {
    return 0;
  }
  const length = wanted.length / Math.max(given.length, 1);
  const run = given.indexOf(wanted);
  if (run >= 0) {
    return 0.45 + (beginsWord(text, run) ? 0.35 : 0) + (run === 0 ? 0.1 : 0) + 0.1 * length;
  }
  const boundaries = scattered(wanted, text, given);
  return boundaries === undefined ? undefined : 0.5 * (boundaries / wanted.length) + 0.1 * length;
}

/** Finds the letters one after the other, at beginnings of words where the rest still follows; counts those beginnings. */
function scattered(wanted: string, text: string, given: string): number | undefined {
  let boundaries = 0;
  let from = 0;
  for (let i = 0; i < wanted.length; i++) {
    const letter = wanted.charAt(i);
    const rest = wanted.slice(i + 1);
    const first = given.indexOf(letter, from);
    if (first < 0) {
      return undefined;
    }
    let place = first;
    for (let next = first; next >= 0; next = given.indexOf(letter, next + 1)) {
      if (beginsWord(text, next) && follows(rest, given, next + 1)) {
        place = next;
        boundaries++;
        break;
      }
    }
    from = place + 1;
  }
  return boundaries;
}

function follows(rest: string, given: string, from: number): boolean {
  let at = from;
  for (const letter of rest) {
    at = given.indexOf(letter, at) + 1;
    if (at === 0) {
      return false;
    }
  }
  return true;
}
