import { basename } from 'node:path';
import * as vscode from 'vscode';
import { assertNever } from '../../common/assertNever';
import { ShorthandError } from '../../common/errors';
import { bundleFolder, importBundle, readBundle, type InstalledBundle } from '../../models/store/bundles';
import { modelFolderKind, type ModelFolderKind } from '../../models/store/folderKind';
import { checkpointBytes } from '../../models/store/folderBytes';
import { importModel, removeModel } from '../../models/store/installModel';
import { buildModel } from './buildModel';
import type { ModelParts } from './modelParts';
import { bundleId, weightsFor } from './modelSources';
import { withStoppableProgress } from './progress';
import { useModel } from './useModel';

/**
 * Takes a model from a folder, for machines without a network: a finished bundle, a checkpoint that Shorthand fetched elsewhere, or one in Hugging Face's
 * layout. Errors: those of the import and of the builder.
 */
export async function importFromFolder(parts: ModelParts): Promise<void> {
  const [chosen] =
    (await vscode.window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true, title: vscode.l10n.t("Import a Model from a Folder"), openLabel: vscode.l10n.t("Import") })) ?? [];
  if (chosen === undefined) {
    return;
  }
  const folder = chosen.fsPath;
  const kind = await modelFolderKind(folder);
  if (kind === undefined) {
    void vscode.window.showErrorMessage(vscode.l10n.t("There is no model in {0}. Choose a folder with bundle.json, or with config.json and safetensors.", folder));
    return;
  }
  const bundle = await take(kind, folder, parts);
  if (bundle !== undefined) {
    await useModel(bundle.manifest.id, bundle.manifest, parts);
  }
}

async function take(kind: ModelFolderKind, folder: string, parts: ModelParts): Promise<InstalledBundle | undefined> {
  const name = basename(folder);
  switch (kind) {
    case 'bundle':
      return withStoppableProgress(vscode.l10n.t("Importing {0}", name), (_, signal) => importBundle(parts.root, folder, signal));
    case 'fetched': {
      const model = await withStoppableProgress(vscode.l10n.t("Importing {0}", name), (_, signal) => importModel(parts.root, folder, signal));
      const bundle = await build(model.id, model.folder, parts);
      await removeModel(model);
      return bundle;
    }
    case 'hugging-face':
      return build(name, folder, parts);
    default:
      return assertNever(kind);
  }
}

async function build(name: string, decoderFolder: string, parts: ModelParts): Promise<InstalledBundle | undefined> {
  const id = bundleId(name);
  await buildModel(name, { modelsRoot: parts.root, decoderFolder, ...weightsFor(await checkpointBytes(decoderFolder)), id }, parts);
  const bundle = await readBundle(bundleFolder(parts.root, id));
  if (bundle === undefined) {
    throw new ShorthandError('bundle-unsupported', `The builder left no bundle ${id} that this version reads.`);
  }
  return bundle;
}
