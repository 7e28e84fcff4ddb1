import * as vscode from 'vscode';
import { commandIds, configurationSection, internalCommandIds, type Settings } from '../../common/ids';
import type { Services } from '../services';
import { readSetting } from '../settings/settings';
import { completionStatsText } from './completionStatsText';
import { InlineCompletions } from './inlineCompletions';

const setting: keyof Settings = 'inlineCompletion.enabled';

/** Inline completion, the commands that switch it and forget its counts, and the count of what was accepted. */
export function registerInlineCompletion(services: Pick<Services, 'engine' | 'readWorkspace' | 'completionStats' | 'log'>): vscode.Disposable {
  const { completionStats } = services;
  return vscode.Disposable.from(
    new InlineCompletions(services),
    vscode.commands.registerCommand(internalCommandIds.completionAccepted, () => completionStats.noteAccepted()),
    vscode.commands.registerCommand(commandIds.toggleInlineCompletion, async () => {
      const enabled = !readSetting(setting);
      await vscode.workspace.getConfiguration(configurationSection).update(setting, enabled, targetOf());
      vscode.window.setStatusBarMessage(enabled ? vscode.l10n.t("Shorthand: inline completion is on.") : vscode.l10n.t("Shorthand: inline completion is off."), 5000);
    }),
    vscode.commands.registerCommand(commandIds.resetCompletionStats, async () => {
      const before = completionStatsText(completionStats.counts);
      await completionStats.reset();
      void vscode.window.showInformationMessage(vscode.l10n.t("Counts again from zero. Until now: {0}.", before));
    }),
  );
}

/** Where the value that holds now stands; the user's settings when it is nowhere yet. */
function targetOf(): vscode.ConfigurationTarget {
  const known = vscode.workspace.getConfiguration(configurationSection).inspect(setting);
  return known?.workspaceValue === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
}
