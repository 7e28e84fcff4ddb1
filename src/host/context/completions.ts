import * as vscode from 'vscode';
import type { Attachment } from '../../common/attachments';
import { attachmentOf } from './attachmentOf';
import type { FileIndex } from './fileIndex';
import { rankFiles } from './rankFiles';
import type { RecentFiles } from './recentFiles';
import { selectedLines } from './selection';
import { findSymbols, type SymbolSources } from './symbols';

/** A longer list is not looked through: one types on. */
const maxCompletions = 50;
const selectionWord = 'selection';

/** The files that match what was typed after `@`, and the selection where there is one: by `@selection`, or when nothing was typed. */
export async function completeFiles(query: string, index: FileIndex, recent: RecentFiles): Promise<Attachment[]> {
  const selection = selectionWord.startsWith(query.toLowerCase()) ? selectedLines() : undefined;
  const files = rankFiles(await index.files(), query, recent.preferred, maxCompletions).map(({ path }) => attachmentOf(vscode.Uri.file(path), { kind: 'file' }));
  return [...(selection === undefined ? [] : [selection]), ...files].slice(0, maxCompletions);
}

/** The symbols that match what was typed after `#`. */
export async function completeSymbols(query: string, sources: SymbolSources, signal: AbortSignal): Promise<Attachment[]> {
  const symbols = await findSymbols(query, sources, signal, maxCompletions);
  return symbols.map(({ name, uri, lines }) => attachmentOf(uri, { kind: 'symbol', label: name, lines: { ...lines } }));
}
