import * as vscode from 'vscode';
import { enclosingBlock } from '../../common/enclosingBlock';
import { isCancellation } from '../../common/errors';
import { fuzzyScore } from '../../common/fuzzy';
import type { Engine } from '../engine/engine';
import type { ReadWorkspace } from '../memory/currentWorkspace';
import { openFiles } from '../memory/openFiles';
import { isWorkspaceFile } from '../memory/workspaceRoots';
import { findDeclarations } from './declarations';
import { documentSymbols, workspaceSymbols, type FoundSymbol } from './symbolProviders';

/** Open files whose symbols are looked at: the nearest ones. */
const maxOpenFiles = 8;
/** Stretches of a search that are looked through for declarations. */
const maxHits = 20;

export interface SymbolSources {
  readonly engine: Engine;
  readonly readWorkspace: ReadWorkspace;
}

/**
 * The symbols that match a beginning of a name, best first, those of open files before others. Language services are asked; where none
 * answers, declarations are found by how they are written, in open files and in what the engine's search finds. It does not start the engine.
 */
export async function findSymbols(query: string, sources: SymbolSources, signal: AbortSignal, limit: number): Promise<FoundSymbol[]> {
  const open = openFiles().slice(0, maxOpenFiles).map(file => vscode.Uri.file(file.path));
  const [near, far] = await Promise.all([Promise.all(open.map(symbolsOf)), query === '' ? [] : workspaceSymbols(query)]);
  const found = [...near.flat(), ...far];
  const all = query === '' || far.length > 0 ? found : [...found, ...(await searchDeclarations(query, sources, signal))];
  return Promise.all(rank(all, query).slice(0, limit).map(wholeBlock));
}

/** Best first; the sort is stable, and open files come first. A symbol that several sources know is named once. */
function rank(symbols: readonly FoundSymbol[], query: string): FoundSymbol[] {
  const unique = new Map<string, { readonly symbol: FoundSymbol; readonly score: number }>();
  for (const symbol of symbols) {
    const key = `${symbol.uri.toString()} ${symbol.lines.firstLine} ${symbol.name}`;
    const score = fuzzyScore(query, symbol.name);
    if (score !== undefined && isWorkspaceFile(symbol.uri) && !unique.has(key)) {
      unique.set(key, { symbol, score });
    }
  }
  return [...unique.values()].sort((a, b) => b.score - a.score).map(({ symbol }) => symbol);
}

async function symbolsOf(uri: vscode.Uri): Promise<readonly FoundSymbol[]> {
  const known = await documentSymbols(uri);
  return known.length > 0 ? known : findDeclarations(await readText(uri)).map(declaration => ({ uri, ...declaration }));
}

async function searchDeclarations(query: string, { engine, readWorkspace }: SymbolSources, signal: AbortSignal): Promise<readonly FoundSymbol[]> {
  if (engine.state.kind !== 'ready' && engine.state.kind !== 'busy') {
    return [];
  }
  try {
    const hits = await engine.call('search', { workspace: readWorkspace(), question: query, limit: maxHits }, { signal });
    const paths = [...new Set(hits.map(hit => hit.path))].map(path => vscode.Uri.file(path));
    const declarations = await Promise.all(paths.map(async uri => findDeclarations(await readText(uri)).map(declaration => ({ uri, ...declaration }))));
    return declarations.flat();
  } catch (error) {
    if (isCancellation(error)) {
      throw error;
    }
    return [];
  }
}

/** Some language services know the line of a name only: its whole block is what is meant. */
async function wholeBlock(symbol: FoundSymbol): Promise<FoundSymbol> {
  const { firstLine, lastLine } = symbol.lines;
  if (firstLine !== lastLine) {
    return symbol;
  }
  const text = await readText(symbol.uri);
  return text === '' ? symbol : { ...symbol, lines: enclosingBlock(text.split(/\r\n|\r|\n/), firstLine) };
}

/** The text as the user sees it; empty when it can't be read. */
async function readText(uri: vscode.Uri): Promise<string> {
  const open = vscode.workspace.textDocuments.find(document => document.uri.toString() === uri.toString());
  if (open !== undefined) {
    return open.getText();
  }
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return '';
  }
}
