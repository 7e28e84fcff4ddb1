import * as vscode from 'vscode';
import type { SearchHit, Workspace } from '../../common/workspace';
import type { Engine } from '../engine/engine';

const hits = 8;

interface Search {
  readonly workspace: Workspace;
  readonly question: string;
  readonly signal: AbortSignal;
}

/** Lists the stretches of the workspace that match a question best, each as a link. No model writes here. */
export async function find(engine: Engine, { workspace, question, signal }: Search, stream: vscode.ChatResponseStream): Promise<void> {
  const found = await engine.call('search', { workspace, question, limit: hits }, { signal });
  if (found.length === 0) {
    stream.markdown(vscode.l10n.t("Nothing in the workspace matches."));
  }
  for (const hit of found) {
    stream.markdown('\n- ');
    stream.anchor(new vscode.Location(vscode.Uri.file(hit.path), new vscode.Range(Math.max(0, hit.firstLine - 1), 0, Math.max(0, hit.lastLine - 1), 0)), linesText(hit));
  }
}

/** Path and lines as editors write them: `src/a.ts:3-9`. */
export function linesText({ displayPath, firstLine, lastLine }: Pick<SearchHit, 'displayPath' | 'firstLine' | 'lastLine'>): string {
  return firstLine === lastLine ? `${displayPath}:${firstLine}` : `${displayPath}:${firstLine}-${lastLine}`;
}
