import * as vscode from 'vscode';
import { shownPath } from '../workspaceRoots';
import type { MemoryNode } from './memoryTree';
import { descriptionOf, detailsOf } from './memoryTexts';
import { contextValueOf, isPinShown, stateOf, type NodeState } from './nodeState';

const muted = 'disabledForeground';
const icons: Readonly<Record<NodeState, readonly [icon: string, color?: string]>> = {
  folder: ['folder'],
  compressed: ['pass', 'testing.iconPassed'],
  stale: ['warning', 'list.warningForeground'],
  none: ['circle-large-outline', muted],
  compressing: ['loading~spin'],
  skipped: ['circle-slash', muted],
  excluded: ['eye-closed', muted],
};

/** How a file or folder looks in the view. Its identity is its path, so that a refresh keeps what is open and selected. */
export function memoryItem(node: MemoryNode, isCompressing: (path: string) => boolean): vscode.TreeItem {
  const state = stateOf(node, isCompressing);
  const uri = vscode.Uri.file(node.path);
  const item = new vscode.TreeItem(node.name, node.kind === 'folder' ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None);
  item.id = `${node.kind === 'folder' ? 'folder' : 'file'}:${node.path}`;
  item.description = descriptionOf(node, state);
  item.tooltip = tooltip(node, state);
  item.contextValue = contextValueOf(node, state);
  item.iconPath = iconOf(node, state);
  item.accessibilityInformation = { label: [node.name, ...detailsOf(node, state)].join(', ') };
  if (node.kind === 'file') {
    item.command = { command: 'vscode.open', title: vscode.l10n.t("Open"), arguments: [uri] };
  }
  return item;
}

function iconOf(node: MemoryNode, state: NodeState): vscode.ThemeIcon {
  const [icon, color] = icons[state];
  const shown = isPinShown(node, state) ? 'pinned' : icon;
  return new vscode.ThemeIcon(shown, color === undefined ? undefined : new vscode.ThemeColor(color));
}

function tooltip(node: MemoryNode, state: NodeState): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendText(relativePathOf(node));
  for (const line of detailsOf(node, state)) {
    text.appendMarkdown('\n\n').appendText(line);
  }
  return text;
}

/** The path as the user knows it; a folder of the workspace has but its name. */
export function relativePathOf(node: MemoryNode): string {
  return node.parent === undefined ? node.name : shownPath(node.path);
}
