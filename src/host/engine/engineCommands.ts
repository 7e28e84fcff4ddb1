import * as vscode from 'vscode';
import { commandIds } from '../../common/ids';
import { showError } from '../showError';
import type { EngineClient } from './engineClient';

/** The commands that concern the engine itself. */
export function registerEngineCommands(client: EngineClient, log: vscode.LogOutputChannel): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand(commandIds.showLog, () => log.show()),
    vscode.commands.registerCommand(commandIds.restartEngine, async () => {
      const title = vscode.l10n.t("Restarting Shorthand's engine");
      try {
        await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () => client.restart());
      } catch (error) {
        showError(error, log);
      }
    }),
  );
}
