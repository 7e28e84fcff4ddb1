import * as vscode from 'vscode';
import { commandIds } from '../../common/ids';
import type { Services } from '../services';
import { showError } from '../showError';
import { chooseModel } from './chooseModel';
import { HubToken } from './hubToken';
import { importFromFolder } from './importFromFolder';
import { Licences } from './licences';
import { catalogueFile, modelsRoot, shippedBundleFolder } from './modelFolders';
import type { ModelParts } from './modelParts';
import { removeModels } from './removeModels';

/** The commands that choose, get and remove models. They alone use a network, and only when the user asks for a model. */
export function registerModels({ context, engine, activeModel, log }: Pick<Services, 'context' | 'engine' | 'activeModel' | 'log'>): vscode.Disposable {
  const token = new HubToken(context.secrets);
  const licences = new Licences(context.globalState);
  const parts = (): ModelParts => ({
    root: modelsRoot(context),
    shippedFolder: shippedBundleFolder(context),
    catalogueFile: catalogueFile(context),
    extensionUri: context.extensionUri,
    engine,
    activeModel,
    token,
    licences,
    log,
  });
  const command = (id: string, run: (parts: ModelParts) => Promise<void>): vscode.Disposable =>
    vscode.commands.registerCommand(id, async () => {
      try {
        await run(parts());
      } catch (error) {
        showError(error, log);
      }
    });
  return vscode.Disposable.from(
    command(commandIds.chooseModel, chooseModel),
    command(commandIds.importModel, importFromFolder),
    command(commandIds.removeModel, removeModels),
    command(commandIds.forgetToken, async () => {
      const had = await token.forget();
      void vscode.window.showInformationMessage(had ? vscode.l10n.t("The Hugging Face token was deleted.") : vscode.l10n.t("There is no Hugging Face token."));
    }),
  );
}
