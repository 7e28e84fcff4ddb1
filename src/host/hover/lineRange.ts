import { enclosingBlock, type LineRange } from '../../common/enclosingBlock';

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
 * The block around a line (from 0) by indentation alone, for languages without a symbol provider: the block that the line opens, or else the
 * one of the nearest less indented line above.
 */
export function blockAround(lines: readonly string[], line: number): LineRange {
  const depth = indentOf(lines[line]);
  const below = lines.find((text, at) => at > line && indentOf(text) !== Infinity);
  const opensBlock = below !== undefined && indentOf(below) > depth;
  const head = opensBlock ? -1 : lines.findLastIndex((text, at) => at < line && indentOf(text) < depth);
  return enclosingBlock(lines, (head === -1 ? line : head) + 1);
}

/** Blank lines belong to no depth. */
function indentOf(text: string | undefined): number {
  const width = text?.search(/\S/) ?? -1;
  return width === -1 ? Infinity : width;
}
