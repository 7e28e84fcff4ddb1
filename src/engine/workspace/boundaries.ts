/**
 * How good the boundary before each line is as a place to cut, from the lines around it alone and for any language: the closer to the left
 * margin the better, then after a blank line, then after the end of a block; never before a closing bracket or between a comment and
 * what it describes.
 *
 * The priority also holds a hash of the two lines at the boundary. It tells equals apart by their content, so that the same text is cut at the same places
 * wherever it stands: an edit can't move the cuts of far-away lines.
 *
 * @param lines Lines of a text, with or without their line breaks.
 * @returns One number per line, `rank * 2^32 + hash`; higher is better. The first is for the beginning of the text.
 */
export function boundaryPriorities(lines: readonly string[]): Float64Array {
  const priorities = new Float64Array(lines.length);
  let above = '';
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const previous = lines[i - 1] ?? '';
    priorities[i] = rank(line, previous, above) * 2 ** 32 + hash(previous, hash(line, 0x811c9dc5));
    if (line.trim() !== '') {
      above = line;
    }
  }
  return priorities;
}

const tabWidth = 4;
/** Deeper lines are all the same. */
const deepest = 3;

/** From 0 (worst) to 15. `previous` is the line before, `above` the last line before that is not blank. */
function rank(line: string, previous: string, above: string): number {
  const text = line.trim();
  if (text === '' || /^(?:[}\])]|end\b|else\b|elif\b|catch\b|except\b|finally\b|\*|-->|#endif\b)/.test(text)) {
    return 0;
  }
  const depth = Math.min(deepest, Math.ceil(indentation(line) / tabWidth));
  return 4 * (deepest - depth) + kind(line, previous, above);
}

function kind(line: string, previous: string, above: string): number {
  if (previous.trim() === '') {
    return 3;
  }
  if (/^\s*(?:\/\/|\/\*|\*|#(?!\s*(?:include|define|if|endif|pragma|import)\b)|--|@|"""|<!--)/.test(above)) {
    return 0;
  }
  return indentation(above) > indentation(line) || /^\s*[}\])]/.test(above) ? 2 : 1;
}

/** Columns of white space before the text of a line. */
function indentation(line: string): number {
  let columns = 0;
  for (const character of line) {
    if (character === '\t') {
      columns += tabWidth - (columns % tabWidth);
    } else if (character === ' ') {
      columns++;
    } else {
      break;
    }
  }
  return columns;
}

/** FNV-1a over UTF-16 units, 32 bits. */
function hash(text: string, seed: number): number {
  let value = seed;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return value >>> 0;
}
