import os from 'node:os';
import * as vscode from 'vscode';
import { assertNever } from '../../common/assertNever';
import { readCatalogue } from '../../models/catalogue/catalogue';
import { listBundles, readBundle, type InstalledBundle } from '../../models/store/bundles';
import { addModel } from './addModel';
import { importFromFolder } from './importFromFolder';
import { modelItems, type ModelAction, type ModelItem } from './modelItems';
import type { ModelParts } from './modelParts';
import { catalogueSources, namedSources, type ModelSources } from './modelSources';
import { removeModels } from './removeModels';
import { useModel } from './useModel';

/** Lets the user choose the model that answers, and gets it first where it is not here yet. Errors: those of what was chosen. */
export async function chooseModel(parts: ModelParts): Promise<void> {
  const chosen = await vscode.window.showQuickPick<ModelItem>(items(parts), {
    title: vscode.l10n.t("Choose Model"),
    placeHolder: vscode.l10n.t("Nothing is downloaded before you accept its licence"),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen?.action !== undefined) {
    await run(chosen.action, parts);
  }
}

async function items({ root, shippedFolder, catalogueFile, engine, activeModel }: ModelParts): Promise<readonly ModelItem[]> {
  const [shipped, installed, catalogue] = await Promise.all([readBundle(shippedFolder), listBundles(root), readCatalogue(catalogueFile)]);
  const isActive = ({ folder }: InstalledBundle): boolean => activeModel.isIn(folder);
  return modelItems({ shipped, installed, catalogue: catalogue.models, memoryBytes: os.totalmem(), engine: engine.state, isActive });
}

function run(action: ModelAction, parts: ModelParts): Promise<void> {
  switch (action.kind) {
    case 'use':
      return useModel(action.value, action.bundle.manifest, parts);
    case 'add':
      return addAndUse(catalogueSources(action.model), parts);
    case 'named':
      return addNamed(parts);
    case 'import':
      return importFromFolder(parts);
    case 'remove':
      return removeModels(parts);
    default:
      return assertNever(action);
  }
}

async function addNamed(parts: ModelParts): Promise<void> {
  const repository = await vscode.window.showInputBox({
    title: vscode.l10n.t("Any Hugging Face Model"),
    prompt: vscode.l10n.t("The id of a repository with a decoder: Llama, Mistral, Qwen2, Qwen3, OLMo, OLMo-2 or Phi-3, as safetensors."),
    placeHolder: "owner/name",
    ignoreFocusOut: true,
    validateInput: value => (/^[\w.-]+\/[\w.-]+$/.test(value.trim()) ? undefined : vscode.l10n.t("An id has the form owner/name.")),
  });
  if (repository !== undefined) {
    await addAndUse(namedSources(repository.trim()), parts);
  }
}

async function addAndUse(sources: ModelSources, parts: ModelParts): Promise<void> {
  const bundle = await addModel(sources, parts);
  if (bundle !== undefined) {
    await useModel(bundle.manifest.id, bundle.manifest, parts);
  }
}
