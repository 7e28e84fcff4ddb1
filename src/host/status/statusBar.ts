import * as vscode from 'vscode';
import { commandIds, internalCommandIds } from '../../common/ids';
import type { Engine } from '../engine/engine';
import type { Services } from '../services';
import { statusText } from './statusText';

/** One command of the status bar's menu. */
interface Action extends vscode.QuickPickItem {
  readonly command: string;
}

/** Shows the engine's state in the status bar; a click offers what can be done. */
export function registerStatusBar({ engine }: Pick<Services, 'engine'>): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('shorthand.status', vscode.StatusBarAlignment.Left);
  item.name = "Shorthand";
  item.command = internalCommandIds.statusMenu;
  const update = (): void => {
    const { text, tooltip, failed } = statusText(engine.state);
    item.text = text;
    item.tooltip = tooltip.join('\n');
    item.backgroundColor = failed ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    item.accessibilityInformation = { label: ["Shorthand", ...tooltip].join(', '), role: 'button' };
  };
  update();
  item.show();
  return vscode.Disposable.from(item, engine.onDidChangeState(update), vscode.commands.registerCommand(internalCommandIds.statusMenu, () => showMenu(engine)));
}

async function showMenu(engine: Engine): Promise<void> {
  const [title = ''] = statusText(engine.state).tooltip;
  const chosen = await vscode.window.showQuickPick(actions(), { title, placeHolder: vscode.l10n.t("Choose an action") });
  if (chosen !== undefined) {
    await vscode.commands.executeCommand(chosen.command);
  }
}

function actions(): Action[] {
  return [
    { label: `$(comment-discussion) ${vscode.l10n.t("Open Chat")}`, command: commandIds.openChat },
    { label: `$(layers) ${vscode.l10n.t("Compress Workspace")}`, command: commandIds.compressWorkspace },
    { label: `$(debug-restart) ${vscode.l10n.t("Restart Engine")}`, command: commandIds.restartEngine },
    { label: `$(output) ${vscode.l10n.t("Show Log")}`, command: commandIds.showLog },
    { label: `$(trash) ${vscode.l10n.t("Clear Memory")}`, command: commandIds.clearMemory },
  ];
}
