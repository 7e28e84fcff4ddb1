import * as vscode from 'vscode';
import type { AskParams } from '../../common/engineProtocol';
import type { Mention } from '../../common/context';
import { isWorkspaceFile } from '../memory/workspaceRoots';

/** What the user attached to a question, as the engine takes it, and the names of what it can't read. */
export interface ReadReferences {
  readonly context: Pick<AskParams, 'mentions' | 'selection'>;
  readonly unread: readonly string[];
}

/** Files and lines that a prompt refers to. VS Code lists references from the last to the first. */
export function readReferences(references: readonly vscode.ChatPromptReference[]): ReadReferences {
  const places = references.toReversed().flatMap(reference => {
    const place = placeOf(reference.value);
    return place === undefined ? [] : [{ ...place, selected: /selection/.test(reference.id) && place.range !== undefined }];
  });
  const readable = places.filter(({ uri }) => isWorkspaceFile(uri));
  const selected = readable.find(place => place.selected);
  const mentions = readable.filter(place => place !== selected).map(mentionOf);
  return {
    context: selected?.range === undefined ? { mentions } : { mentions, selection: { path: selected.uri.fsPath, ...linesOf(selected.range) } },
    unread: places.filter(place => !readable.includes(place)).map(({ uri }) => vscode.workspace.asRelativePath(uri)),
  };
}

interface Place {
  readonly uri: vscode.Uri;
  readonly range?: vscode.Range;
}

function placeOf(value: unknown): Place | undefined {
  if (value instanceof vscode.Uri) {
    return { uri: value };
  }
  return value instanceof vscode.Location ? { uri: value.uri, range: value.range } : undefined;
}

function mentionOf({ uri, range }: Place): Mention {
  return range === undefined ? { path: uri.fsPath } : { path: uri.fsPath, lines: linesOf(range) };
}

function linesOf({ start, end }: vscode.Range): { readonly firstLine: number; readonly lastLine: number } {
  return { firstLine: start.line + 1, lastLine: end.line + 1 };
}
