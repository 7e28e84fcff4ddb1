import * as vscode from 'vscode';
import { errorMessage, isCancellation } from '../../common/errors';
import { commandIds } from '../../common/ids';
import type { BundleManifest } from '../../common/bundle';
import { errorCodeOf, errorText } from '../errorText';
import type { ModelParts } from './modelParts';

/** Loads another model and says that it answers now. When it can't be loaded, the one before stays, and the user is told why and what to do. */
export async function useModel(value: string, { id, compressor }: Pick<BundleManifest, 'id' | 'compressor'>, { activeModel, log }: Pick<ModelParts, 'activeModel' | 'log'>): Promise<void> {
  const before = activeModel.name;
  try {
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: vscode.l10n.t("Loading {0}", id) }, () => activeModel.use(value));
  } catch (error) {
    if (!isCancellation(error)) {
      log.error(`${id} can't be loaded: ${errorMessage(error)}`);
      await tellFailure(id, before, error, log);
    }
    return;
  }
  const note = compressor === undefined ? vscode.l10n.t("{0} answers from now on. It has no compressor: files are read as raw text.", id) : vscode.l10n.t("{0} answers from now on.", id);
  void vscode.window.showInformationMessage(note);
}

async function tellFailure(id: string, before: string, error: unknown, log: { show(): void }): Promise<void> {
  const another = vscode.l10n.t("Choose Another Model");
  const showLog = vscode.l10n.t("Show Log");
  const choice = await vscode.window.showErrorMessage(vscode.l10n.t("{0} can't be loaded. {1} {2} stays in use.", id, errorText(errorCodeOf(error)), before), another, showLog);
  if (choice === another) {
    await vscode.commands.executeCommand(commandIds.chooseModel);
  } else if (choice === showLog) {
    log.show();
  }
}
