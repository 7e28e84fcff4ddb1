/** Source lines from 1, both inclusive: how the engine counts. */
export interface LineRange {
  readonly firstLine: number;
  readonly lastLine: number;
}

/** A symbol as `vscode.executeDocumentSymbolProvider` reports it, reduced to its lines (from 0, inclusive). */
export interface SymbolNode {
  readonly start: number;
  readonly end: number;
  readonly children: readonly SymbolNode[];
}

/** The smallest symbol that contains a line (from 0). */
export function innermostSymbol(symbols: readonly SymbolNode[], line: number): LineRange | undefined {
  const containing = symbols.find(symbol => symbol.start <= line && line <= symbol.end);
  if (containing === undefined) {
    return undefined;
  }
  return innermostSymbol(containing.children, line) ?? { firstLine: containing.start + 1, lastLine: containing.end + 1 };
}

/**
 * The block around a line (from 0) by indentation alone, for languages without a symbol provider: the line itself with what is indented
 * deeper below it, or else the nearest less indented line above with its block.
 */
export function enclosingBlock(lines: readonly string[], line: number): LineRange {
  const indent = (at: number): number => (lines[at]?.trim() ? (/^\s*/.exec(lines[at] ?? '')?.[0].length ?? 0) : Infinity);
  let head = line;
  if (!opensBlock(lines, line, indent)) {
    for (let at = line - 1; at >= 0; at--) {
      if (indent(at) < indent(line)) {
        head = at;
        break;
      }
    }
  }
  let last = head;
  for (let at = head + 1; at < lines.length; at++) {
    const depth = indent(at);
    const closes = depth === indent(head) && /^[\])}]|^(end|fi|done)\b/.test(lines[at]?.trim() ?? '');
    if (depth <= indent(head) && !closes) {
      break;
    }
    if (depth !== Infinity) {
      last = at;
    }
    if (closes) {
      break;
    }
  }
  return { firstLine: head + 1, lastLine: last + 1 };
}

function opensBlock(lines: readonly string[], line: number, indent: (at: number) => number): boolean {
  const next = lines.findIndex((text, at) => at > line && text.trim() !== '');
  return next !== -1 && indent(next) > indent(line);
}
