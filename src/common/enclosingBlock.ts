/** Lines of a source file, counted from 1, both ends included. */
export interface LineRange {
  readonly firstLine: number;
  readonly lastLine: number;
}

const closers = /^\s*[)\]}]/;

function indentOf(line: string): number | undefined {
  const width = line.search(/\S/);
  return width < 0 ? undefined : width;
}

/**
 * The declaration that starts at a line, found by indentation alone, for files without a language service: the line itself, everything
 * below it that is indented deeper, and a closing bracket at the line's own depth. Comments and decorators directly above at the same
 * depth belong to it.
 */
export function enclosingBlock(lines: readonly string[], line: number): LineRange {
  const start = Math.min(Math.max(line, 1), Math.max(lines.length, 1)) - 1;
  const depth = indentOf(lines[start] ?? '') ?? 0;
  let last = start;
  for (let index = start + 1; index < lines.length; index++) {
    const text = lines[index] ?? '';
    const indent = indentOf(text);
    if (indent === undefined) {
      continue;
    }
    if (indent > depth) {
      last = index;
    } else if (indent === depth && closers.test(text)) {
      last = index;
      // `} else {` and `) {` go on; a bare closer ends the block.
      if (!/[{(:[]\s*$/.test(text)) {
        break;
      }
    } else {
      break;
    }
  }
  let first = start;
  while (first > 0 && indentOf(lines[first - 1] ?? '') === depth && /^\s*(\/\/|\/\*|\*|#|@|--)/.test(lines[first - 1] ?? '')) {
    first--;
  }
  return { firstLine: first + 1, lastLine: last + 1 };
}
