import * as vscode from 'vscode';
import type { LineRange } from '../../common/enclosingBlock';

/** A named piece of code in a file. */
export interface FoundSymbol {
  readonly name: string;
  readonly uri: vscode.Uri;
  readonly lines: LineRange;
}

/** Language services answer late while they load; a list that comes later than this is of no use to someone who types. */
const timeoutMs = 2000;

/** What language services know of the workspace for a beginning of a name; empty where there is none, or it is late. */
export async function workspaceSymbols(query: string): Promise<readonly FoundSymbol[]> {
  const symbols = await ask<vscode.SymbolInformation>('vscode.executeWorkspaceSymbolProvider', query);
  return symbols.map(({ name, location }) => ({ name, uri: location.uri, lines: linesOf(location.range) }));
}

/** What the language service of a file knows of it; empty where there is none, or it is late. */
export async function documentSymbols(uri: vscode.Uri): Promise<readonly FoundSymbol[]> {
  const symbols = await ask<vscode.DocumentSymbol | vscode.SymbolInformation>('vscode.executeDocumentSymbolProvider', uri);
  return symbols.flatMap(symbol => flatten(symbol, uri));
}

function flatten(symbol: vscode.DocumentSymbol | vscode.SymbolInformation, uri: vscode.Uri): FoundSymbol[] {
  if ('location' in symbol) {
    return [{ name: symbol.name, uri, lines: linesOf(symbol.location.range) }];
  }
  return [{ name: symbol.name, uri, lines: linesOf(symbol.range) }, ...symbol.children.flatMap(child => flatten(child, uri))];
}

function linesOf(range: vscode.Range): LineRange {
  return { firstLine: range.start.line + 1, lastLine: range.end.line + 1 };
}

async function ask<T>(command: string, parameter: unknown): Promise<readonly T[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly T[]>(resolve => {
    timer = setTimeout(() => resolve([]), timeoutMs);
  });
  try {
    return (await Promise.race([vscode.commands.executeCommand<readonly T[] | undefined>(command, parameter), late])) ?? [];
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}
