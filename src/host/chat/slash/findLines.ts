import { createHash } from 'node:crypto';
import type { LineRange } from '../../../common/enclosingBlock';

export function splitLines(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/);
}

/** Identifies the text of some lines. */
export function hashLines(lines: readonly string[], { firstLine, lastLine }: LineRange): string {
  return createHash('sha256').update(lines.slice(firstLine - 1, lastLine).join('\n')).digest('base64url');
}

/** Where lines of a text stand now, nearest to where they stood; undefined when the text has them no more. */
export function findLines(lines: readonly string[], { firstLine, lastLine }: LineRange, hash: string): LineRange | undefined {
  const length = lastLine - firstLine;
  const starts = Array.from({ length: Math.max(0, lines.length - length) }, (_, i) => i + 1).sort((a, b) => Math.abs(a - firstLine) - Math.abs(b - firstLine));
  const start = starts.find(first => hashLines(lines, { firstLine: first, lastLine: first + length }) === hash);
  return start === undefined ? undefined : { firstLine: start, lastLine: start + length };
}
