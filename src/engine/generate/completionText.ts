/** A line that closes a block. */
const closing = /^\s*[)\]}]/;

/** Where a completion stands; lines end with LF. */
export interface Cursor {
  readonly prefix: string;
  readonly suffix: string;
}

/**
 * Where a completion under way ends, in characters; undefined while it may go on. In the middle of a line that is the line's end. Elsewhere it
 * is a blank line, a line that says the one before it again, or the end of the block: after a closing bracket as deep as the cursor's line, or
 * before a line that is less deep.
 */
export function completionEnd(text: string, { prefix, suffix }: Cursor): number | undefined {
  if (firstLine(suffix).trim() !== '') {
    const end = text.indexOf('\n');
    return end < 0 ? undefined : end;
  }
  const line = prefix.slice(prefix.lastIndexOf('\n') + 1);
  const depth = indentOf(line) ?? line.length;
  // The last line may not be whole yet: its first character decides, not its indentation alone.
  const lines = text.split('\n');
  let end = lines[0]?.length ?? 0;
  for (const [i, next] of lines.slice(1).entries()) {
    const isLast = i === lines.length - 2;
    const indent = indentOf(next);
    if (indent === undefined) {
      if (!isLast && text.slice(0, end).trim() !== '') {
        return end;
      }
    } else if (indent < depth || (!isLast && next === lines[i] && !closing.test(next))) {
      return end;
    } else if (indent === depth && closing.test(next) && !isLast && !/[{(:[]\s*$/.test(next)) {
      return end + 1 + next.length;
    }
    end += 1 + next.length;
  }
  return undefined;
}

/**
 * What of a completion is offered: without what the suffix repeats, and nothing at all where it is white space or says a line next to it again.
 * @param isWhole false when the decoder was stopped in the middle of a line: half a line is not offered.
 */
export function tidyCompletion(text: string, cursor: Cursor, isWhole: boolean): string {
  const { prefix, suffix } = cursor;
  const whole = isWhole ? text : withoutHalfLine(text);
  // The token after the indentation may bring white space of its own.
  const flush = /[ \t]$/.test(prefix) ? whole.replace(/^[ \t]+/, '') : whole;
  const lines = flush.slice(0, closedBy(flush, suffix)).trimEnd();
  const trimmed = lines.slice(0, lines.length - overlap(lines, suffix)).trimEnd();
  const above = prefix.split('\n').slice(-2);
  const [before = '', line = ''] = above.length === 2 ? above : ['', above[0]];
  const first = `${line}${firstLine(trimmed)}`.trim();
  const repeats = first !== '' && (first === before.trim() || first === nextLine(suffix).trim()) && !closing.test(first);
  return trimmed.trim() === '' || repeats ? '' : trimmed;
}

function withoutHalfLine(text: string): string {
  return text.slice(0, Math.max(0, text.lastIndexOf('\n')));
}

/** Length of the longest ending of `text` that `suffix` begins with. Brackets that close what `text` has opened are no repetition. */
function overlap(text: string, suffix: string): number {
  const closesItsOwn = count(text, /[([{]/g) >= count(text, /[)\]}]/g);
  for (let length = Math.min(text.length, suffix.length); length > 0; length--) {
    const shared = suffix.slice(0, length);
    if (text.endsWith(shared) && !(closesItsOwn && /[)\]}]/.test(shared))) {
      return length;
    }
  }
  return 0;
}

/**
 * Where a text closes the bracket that the suffix closes too: editors write both brackets at once, and what stands behind the second belongs behind
 * the suffix. Undefined when it does not.
 */
function closedBy(text: string, suffix: string): number | undefined {
  const closer = /^[)\]}]/.exec(suffix)?.[0];
  let depth = 0;
  for (let i = 0; closer !== undefined && i < text.length; i++) {
    depth += /[([{]/.test(text.charAt(i)) ? 1 : /[)\]}]/.test(text.charAt(i)) ? -1 : 0;
    if (depth < 0) {
      return text.charAt(i) === closer ? i : undefined;
    }
  }
  return undefined;
}

function count(text: string, marks: RegExp): number {
  return text.match(marks)?.length ?? 0;
}

function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return end < 0 ? text : text.slice(0, end);
}

/** The first line of a suffix that is below the cursor and not blank. */
function nextLine(suffix: string): string {
  return suffix.split('\n').slice(1).find(line => line.trim() !== '') ?? '';
}

/** Blank lines have no depth. */
function indentOf(line: string): number | undefined {
  const width = line.search(/\S/);
  return width < 0 ? undefined : width;
}
