import { mkdir } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { AddModelParams, CompressorSource } from '../../common/builderProtocol';
import { isCancellation, ShorthandError } from '../../common/errors';
import { withLock } from '../../models/download/folderLock';
import { bundleFolder, bundlesFolder, readBundle, type InstalledBundle } from '../../models/store/bundles';
import { removeModel } from '../../models/store/installModel';
import type { InstalledModel } from '../../models/store/installedModel';
import { buildModel } from './buildModel';
import { downloadCheckpoints } from './downloadModel';
import type { ModelParts } from './modelParts';
import { repositoriesOf, weightsFor, type ModelSources } from './modelSources';

/**
 * Downloads what a model is made from and makes its bundle, in one window at a time. The checkpoints go afterwards: the bundle has all that is needed of
 * them. Undefined when the user has changed their mind, which is told here. Errors: those of the download and of the builder.
 */
export async function addModel(sources: ModelSources, parts: ModelParts): Promise<InstalledBundle | undefined> {
  try {
    return await alone(sources, parts.root, () => add(sources, parts));
  } catch (error) {
    if (isCancellation(error)) {
      void vscode.window.showInformationMessage(vscode.l10n.t("Adding {0} was stopped. What is done is kept: choose the model again to go on.", sources.name));
      return undefined;
    }
    throw error;
  }
}

async function add(sources: ModelSources, parts: ModelParts): Promise<InstalledBundle | undefined> {
  const folder = bundleFolder(parts.root, sources.id);
  const known = await readBundle(folder);
  if (known !== undefined) {
    return known;
  }
  const checkpoints = await downloadCheckpoints(sources.name, repositoriesOf(sources), parts);
  if (checkpoints === undefined) {
    return undefined;
  }
  await buildModel(sources.name, buildParams(sources, checkpoints, parts.root), parts);
  for (const checkpoint of checkpoints) {
    await removeModel(checkpoint);
  }
  return readBundle(folder);
}

/** The checkpoints are in the order of `repositoriesOf`. */
function buildParams({ id, weights, compressor }: ModelSources, [decoder, encoder, base]: readonly InstalledModel[], modelsRoot: string): AddModelParams {
  if (decoder === undefined) {
    throw new ShorthandError('internal', 'No checkpoint was fetched.');
  }
  const source: CompressorSource | undefined =
    compressor === undefined || encoder === undefined
      ? undefined
      : { folder: encoder.folder, bridge: compressor.bridge ?? 0, ratio: compressor.ratio, ...(base === undefined ? {} : { baseFolder: base.folder }) };
  return {
    modelsRoot,
    decoderFolder: decoder.folder,
    ...(source === undefined ? {} : { compressor: source }),
    ...weightsFor(decoder.bytes, weights),
    id,
    ...(decoder.licence === undefined ? {} : { licence: decoder.licence }),
  };
}

/** Waits, visibly and until the user has enough of it, for another window that adds the same model. */
async function alone<T>({ id, name }: ModelSources, root: string, task: () => Promise<T>): Promise<T> {
  await mkdir(bundlesFolder(root), { recursive: true });
  const given = new AbortController();
  let waited: () => void = () => undefined;
  const onWait = (): void => {
    const title = vscode.l10n.t("Another window is adding {0}. This one waits for it.", name);
    void vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, (_, token) => {
      token.onCancellationRequested(() => given.abort());
      return new Promise<void>(resolve => (waited = resolve));
    });
  };
  try {
    return await withLock(`${bundleFolder(root, id)}.adding`, { signal: given.signal, onWait }, () => {
      waited();
      return task();
    });
  } finally {
    waited();
  }
}
