import { rm } from 'node:fs/promises';
import * as vscode from 'vscode';
import { commandIds } from '../../common/ids';
import { showError } from '../showError';
import { probeFile } from './engineOptions';
import type { Services } from '../services';

/** The commands that concern the engine itself. */
export function registerEngineCommands({ context, engine, log }: Pick<Services, 'context' | 'engine' | 'log'>): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand(commandIds.showLog, () => log.show()),
    vscode.commands.registerCommand(commandIds.restartEngine, async () => {
      const title = vscode.l10n.t("Restarting Shorthand's engine");
      try {
        // Whoever restarts it by hand may have installed a driver: providers are tried again.
        await rm(probeFile(context), { force: true });
        await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () => engine.restart());
      } catch (error) {
        showError(error, log);
      }
    }),
  );
}
