import * as vscode from 'vscode';
import type { MemoryFiles } from '../memoryFiles';
import { workspaceRoots } from '../workspaceRoots';
import { relativePathOf } from '../view/memoryItem';
import { descriptionOf, stateText } from '../view/memoryTexts';
import { memoryTree, type MemoryNode } from '../view/memoryTree';
import { stateOf } from '../view/nodeState';

/** What the palette offers to a command that was called without a target. */
export interface Choices {
  readonly title: string;
  readonly files: MemoryFiles;
  /** The rows that the command makes sense for. */
  readonly fits: (node: MemoryNode) => boolean;
}

interface Choice extends vscode.QuickPickItem {
  readonly path: string;
}

/** Has the user pick a file or folder that a command is for; says so when there is none. */
export async function pickTarget({ title, files, fits }: Choices): Promise<string | undefined> {
  const list = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: vscode.l10n.t("Looking for files") }, () => files.refresh());
  const { nodes } = memoryTree(list, workspaceRoots(), files.state.kind === 'listed' ? files.state.workspace.rules : []);
  const items = [...nodes.values()].filter(fits).map(choice);
  if (items.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("There is no file or folder that this is for."));
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t("Choose a file or folder"), matchOnDescription: true }))?.path;
}

function choice(node: MemoryNode): Choice {
  const state = stateOf(node, () => false);
  const label = `$(${node.kind === 'folder' ? 'folder' : 'file'}) ${relativePathOf(node)}`;
  return { label, description: state === 'folder' ? descriptionOf(node, state) : stateText(node, state), path: node.path };
}
