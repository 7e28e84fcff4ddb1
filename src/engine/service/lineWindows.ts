import type { PlanWindow } from '../plan/plan';
import { indexTerms } from '../plan/terms';
import { lineStarts } from '../workspace/lines';
import { declarationLines, signature } from '../workspace/skeleton';
import { cutWindows } from '../workspace/windows';
import type { EngineParts } from './engineParts';
import type { IndexedFile, IndexedWindow } from './workspaceIndex';

/** Longest skeleton: many files with their main declarations say more than one with all of its own. */
const skeletonTokens = 96;

type Parts = Pick<EngineParts, 'cutter'>;

/** The lines of a file (from 1, inclusive) as windows of their own; none when they are blank. */
export function windowsOfLines(parts: Parts, file: IndexedFile, firstLine: number, lastLine: number): readonly IndexedWindow[] {
  const whole = textOf(file);
  const starts = lineStarts(whole);
  const text = whole.slice(starts[firstLine - 1] ?? whole.length, starts[lastLine]);
  return text.trim() === '' ? [] : indexed(parts, text).map(window => ({ ...window, firstLine: window.firstLine + firstLine - 1, lastLine: window.lastLine + firstLine - 1 }));
}

/** The declarations of a file without their bodies, as one window that spans them, the first ones where they are too many; none where there are none. */
export function skeletonWindows(parts: Parts, file: IndexedFile): readonly IndexedWindow[] {
  const lines = textOf(file).split(/\r\n|\n|\r/);
  const declared = declarationLines(lines, file.displayPath);
  const text = declared.map(i => `${signature(lines[i] ?? '')}\n`).join('');
  const [window] = indexed(parts, text, Math.min(skeletonTokens, parts.cutter.most));
  return window === undefined ? [] : [{ ...window, firstLine: (declared[0] ?? 0) + 1, lastLine: (declared[window.lastLine - 1] ?? 0) + 1 }];
}

export function planWindow({ hash, tokenCount, firstLine, lastLine, terms }: IndexedWindow): PlanWindow {
  return { hash, tokenCount, firstLine, lastLine, terms };
}

function textOf(file: IndexedFile): string {
  return file.windows.map(window => window.text).join('');
}

function indexed({ cutter }: Parts, text: string, mostTokens = cutter.most): readonly IndexedWindow[] {
  return cutWindows(text, cutter.tokenizer, mostTokens).map(({ hash, text: part, tokens, firstLine, lastLine }) => ({
    hash,
    text: part,
    tokenCount: tokens.length,
    firstLine,
    lastLine,
    terms: indexTerms(part),
  }));
}
