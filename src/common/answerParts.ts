/** A stretch of what a model wrote. `source` is the stretch as Markdown; `text` is it without the fences. */
export interface AnswerPart {
  readonly kind: 'prose' | 'code';
  readonly text: string;
  readonly source: string;
}

/** Blocks of Markdown that may be indented without being code: lists, quotes, tables, headings. */
const markdownBlock = /^\s*(?:[-*+]|\d+[.)]|>|\||#{1,6})(?:\s|$)|^\s*\|/;
const codeLine = [
  /[{}[(;]$/,
  /^\s*[})\]]/,
  /^\s*(?:\/\/|\/\*|\*\/|@\w|#include\b)/,
  /\)\s*(?::\s*[\w<>[\]| ]+)?\s*(?:=>|\{)/,
  /^\s*(?:if|for|while|switch|catch)\s*\(/,
  /^\s*(?:def|class|if|elif|else|for|while|with|try|except|finally|async)\b.*:$/,
  /^\s*(?:import|export|from|const|let|var|function|class|public|private|static|async|await|return|func|fn|use)\b.*[=({'";]/,
  /^\s*[\w.'"$[\]]+\s*(?::|[-+*/]?=)\s*\S.*,$/,
  /^\s*[\w.$]+\([^ ]*\)$/,
];

/**
 * Tells code from prose in an answer. Fences say it; small models write most code without them, and as Markdown it would lose its layout and
 * its asterisks.
 */
export function answerParts(text: string): AnswerPart[] {
  const parts: AnswerPart[] = [];
  let loose: string[] = [];
  const lines = text.split(/\r\n|\r|\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const fence = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined) {
      loose.push(line);
      continue;
    }
    const end = closingLine(lines, at + 1, fence);
    parts.push(...looseParts(loose), { kind: 'code', text: lines.slice(at + 1, end).join('\n'), source: lines.slice(at, end + 1).join('\n') });
    loose = [];
    at = end;
  }
  return [...parts, ...looseParts(loose)];
}

/** Puts code between fences that nothing in it can close. */
export function fenced(code: string, language = ''): string {
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map(run => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${code}\n${fence}`;
}

function closingLine(lines: readonly string[], from: number, fence: string): number {
  // An answer that is still being written has no closing line yet.
  const end = lines.findIndex((line, at) => at >= from && line.trim().startsWith(fence) && line.trim().replaceAll(fence.charAt(0), '') === '');
  return end === -1 ? lines.length : end;
}

/** Splits lines outside of fences at blank lines and joins neighbours of a kind again. */
function looseParts(lines: readonly string[]): AnswerPart[] {
  const runs: { kind: AnswerPart['kind']; lines: string[] }[] = [];
  for (const block of blocks(lines)) {
    // What is still indented after a blank line goes on with the code above it.
    const goesOn = runs.at(-1)?.kind === 'code' && /^[ \t]+\S/.test(block[0] ?? '');
    // The sentence that introduces code often stands on the line above it.
    const head = goesOn || isCode(block) ? Math.max(0, block.findIndex(line => !isIntroduction(line))) : block.length;
    for (const [kind, part] of [['prose', block.slice(0, head)], ['code', block.slice(head)]] as const) {
      const last = runs.at(-1);
      if (part.length > 0 && last?.kind === kind) {
        last.lines.push(...part);
      } else if (part.length > 0) {
        runs.push({ kind, lines: part });
      }
    }
  }
  return runs.map(run => toPart(run.kind, run.lines));
}

function toPart(kind: AnswerPart['kind'], lines: readonly string[]): AnswerPart {
  if (kind === 'prose') {
    const text = lines.join('\n');
    return { kind, text, source: text };
  }
  const code = lines.join('\n').trimEnd();
  return { kind, text: code, source: `${fenced(code)}\n` };
}

/** Runs of lines, each with the blank lines after it. */
function blocks(lines: readonly string[]): string[][] {
  const found: string[][] = [];
  lines.forEach((line, at) => {
    const last = found.at(-1);
    if (last === undefined || (line.trim() !== '' && at > 0 && lines[at - 1]?.trim() === '')) {
      found.push([line]);
    } else {
      last.push(line);
    }
  });
  return found;
}

function isCode(block: readonly string[]): boolean {
  const lines = block.filter(line => line.trim() !== '');
  const [first] = lines;
  if (first === undefined || markdownBlock.test(first)) {
    return false;
  }
  const margin = Math.min(...lines.map(indentOf));
  const code = lines.filter(line => indentOf(line) > margin || codeLine.some(pattern => pattern.test(line.trimEnd())));
  return code.length * 2 >= lines.length;
}

function isIntroduction(line: string): boolean {
  return /^\p{Lu}.*\s.*[:.]$/u.test(line.trim());
}

function indentOf(line: string): number {
  return Math.max(0, line.search(/\S/));
}
