import * as vscode from 'vscode';
import type { LineRange } from '../../common/enclosingBlock';
import { isWorkspaceFile } from '../memory/workspaceRoots';
import { blockAround, innermostSymbol, type SymbolNode } from './lineRange';

/** Where the code of a symbol stands. */
export interface SymbolCode {
  readonly document: vscode.TextDocument;
  readonly lines: LineRange;
}

/** The longest run of lines that counts as one symbol's code. */
const maxLines = 400;

/**
 * Finds the code behind a word: the innermost symbol around its definition, where the language's extension knows it and it lies in the
 * workspace, else the block around the word itself.
 */
export async function findSymbolCode(document: vscode.TextDocument, position: vscode.Position): Promise<SymbolCode> {
  const definition = await findDefinition(document, position);
  const target = definition ?? { document, line: position.line };
  const symbols = await query<vscode.DocumentSymbol | vscode.SymbolInformation>('vscode.executeDocumentSymbolProvider', target.document.uri);
  const text = target.document.getText().split(/\r\n|\r|\n/);
  const found = innermostSymbol(symbols.map(toNode), target.line) ?? blockAround(text, target.line);
  return { document: target.document, lines: { firstLine: found.firstLine, lastLine: Math.min(found.lastLine, found.firstLine + maxLines - 1) } };
}

async function findDefinition(document: vscode.TextDocument, position: vscode.Position): Promise<{ readonly document: vscode.TextDocument; readonly line: number } | undefined> {
  const locations = await query<vscode.Location | vscode.LocationLink>('vscode.executeDefinitionProvider', document.uri, position);
  for (const location of locations) {
    const [uri, range] = 'targetUri' in location ? [location.targetUri, location.targetSelectionRange ?? location.targetRange] : [location.uri, location.range];
    if (isWorkspaceFile(uri)) {
      return { document: await vscode.workspace.openTextDocument(uri), line: range.start.line };
    }
  }
  return undefined;
}

/** Asks the providers of other extensions, which may have none or fail. */
async function query<T>(command: string, ...parameters: readonly unknown[]): Promise<readonly T[]> {
  try {
    return (await vscode.commands.executeCommand<readonly T[] | undefined>(command, ...parameters)) ?? [];
  } catch {
    return [];
  }
}

function toNode(symbol: vscode.DocumentSymbol | vscode.SymbolInformation): SymbolNode {
  return 'children' in symbol
    ? { start: symbol.range.start.line, end: symbol.range.end.line, children: symbol.children.map(toNode) }
    : { start: symbol.location.range.start.line, end: symbol.location.range.end.line, children: [] };
}
