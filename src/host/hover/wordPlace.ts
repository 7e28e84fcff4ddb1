import * as v from 'valibot';
import type * as vscode from 'vscode';

/** Where a hovered word stands; travels through the link of the hover. Lines and characters count from 0. */
export const wordPlaceSchema = v.object({ uri: v.string(), line: v.number(), character: v.number() });

export type WordPlace = v.InferOutput<typeof wordPlaceSchema>;

/** Names a word of one version of a document: an edit makes another word of it. */
export function wordKey(document: vscode.TextDocument, range: vscode.Range): string {
  return `${document.uri.toString()}#${document.version}#${range.start.line}:${range.start.character}-${range.end.character}`;
}
