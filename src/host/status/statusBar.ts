import * as vscode from 'vscode';
import type { EngineState } from '../../common/engineState';
import { commandIds, internalCommandIds } from '../../common/ids';
import { providerProblem } from '../engine/providerText';
import type { CompletionStats } from '../inlineCompletion/completionStats';
import { completionStatsText } from '../inlineCompletion/completionStatsText';
import type { Services } from '../services';
import { onDidChangeSettings, readSetting } from '../settings/settings';
import { statusText } from './statusText';

type Needs = Pick<Services, 'engine' | 'activeModel' | 'background' | 'completionStats'>;

/** One command of the status bar's menu. */
interface Action extends vscode.QuickPickItem {
  readonly command: string;
}

/** Shows the state of the engine and of the background in the status bar; a click offers what can be done. */
export function registerStatusBar(services: Needs): vscode.Disposable {
  const { engine, activeModel, background, completionStats } = services;
  const item = vscode.window.createStatusBarItem('shorthand.status', vscode.StatusBarAlignment.Left);
  item.name = "Shorthand";
  item.command = internalCommandIds.statusMenu;
  const update = (): void => {
    const { text, tooltip: lines, failed } = statusText(engine.state, background.state, activeModel.name);
    const tooltip = [...lines, ...providerLines(engine.state), ...(readSetting('inlineCompletion.enabled') ? [completionStatsText(completionStats.counts)] : [])];
    item.text = text;
    item.tooltip = tooltip.join('\n');
    item.backgroundColor = failed ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    item.accessibilityInformation = { label: ["Shorthand", ...tooltip].join(', '), role: 'button' };
  };
  update();
  item.show();
  return vscode.Disposable.from(
    item,
    engine.onDidChangeState(update),
    activeModel.onDidChange(update),
    background.onDidChange(update),
    completionStats.onDidChange(update),
    onDidChangeSettings(['inlineCompletion.enabled'], update),
    vscode.commands.registerCommand(internalCommandIds.statusMenu, () => showMenu(services)),
  );
}

/** Why the engine does not run on what the user asked for. */
function providerLines(state: EngineState): string[] {
  return state.kind === 'ready' || state.kind === 'busy' ? providerProblem(state.info.providers, readSetting('engine.executionProvider')) : [];
}

async function showMenu({ engine, activeModel, background, completionStats }: Needs): Promise<void> {
  const [title = ''] = statusText(engine.state, background.state, activeModel.name).tooltip;
  const chosen = await vscode.window.showQuickPick([...actions(background.isPaused, activeModel), ...completionActions(completionStats)], { title, placeHolder: vscode.l10n.t("Choose an action") });
  if (chosen !== undefined) {
    await vscode.commands.executeCommand(chosen.command);
  }
}

function actions(paused: boolean, { name, compresses }: Needs['activeModel']): Action[] {
  return [
    { label: `$(comment-discussion) ${vscode.l10n.t("Open Chat")}`, command: commandIds.openChat },
    { label: `$(chip) ${vscode.l10n.t("Choose Model")}`, description: name, command: commandIds.chooseModel },
    ...(compresses ? [{ label: `$(layers) ${vscode.l10n.t("Compress Workspace")}`, command: commandIds.compressWorkspace }] : []),
    { label: `$(list-tree) ${vscode.l10n.t("Show Memory")}`, command: commandIds.showMemory },
    ...(compresses ? [backgroundAction(paused)] : []),
    { label: `$(debug-restart) ${vscode.l10n.t("Restart Engine")}`, command: commandIds.restartEngine },
    { label: `$(output) ${vscode.l10n.t("Show Log")}`, command: commandIds.showLog },
    { label: `$(pulse) ${vscode.l10n.t("Show Diagnostics")}`, command: commandIds.showDiagnostics },
    { label: `$(trash) ${vscode.l10n.t("Clear Memory")}`, command: commandIds.clearMemory },
  ];
}

function backgroundAction(paused: boolean): Action {
  return paused
    ? { label: `$(debug-continue) ${vscode.l10n.t("Resume Background Compression")}`, command: commandIds.resumeBackground }
    : { label: `$(debug-pause) ${vscode.l10n.t("Pause Background Compression")}`, command: commandIds.pauseBackground };
}

/** The switch of inline completion; once some were shown, how many of them were accepted. */
function completionActions({ counts }: CompletionStats): Action[] {
  const label = readSetting('inlineCompletion.enabled') ? vscode.l10n.t("Turn Inline Completion Off") : vscode.l10n.t("Turn Inline Completion On");
  const toggle = { label: `$(lightbulb-sparkle) ${label}`, command: commandIds.toggleInlineCompletion };
  return counts.shown === 0
    ? [toggle]
    : [
        { ...toggle, description: completionStatsText(counts) },
        { label: `$(clear-all) ${vscode.l10n.t("Reset Completion Counts")}`, command: commandIds.resetCompletionStats },
      ];
}
