import { fileUrl, lookUpModel, type HubModel, type HubOptions } from '../hub/hubClient';
import { tokenizerFiles, wantedFiles } from '../store/wantedFiles';
import type { CatalogueCheckpoint } from './catalogue';

/**
 * What there is to download of a repository: the pinned commit, of which all is known without a question to the hub, or else its newest one, with the
 * hub's own hashes. Errors: those of `lookUpModel`.
 */
export async function checkpointModel({ repository, licence, gated, part, pin }: CatalogueCheckpoint, options: HubOptions): Promise<HubModel> {
  if (pin === undefined) {
    return newestModel(repository, options, part);
  }
  const files = pin.files.map(file => ({ ...file, url: fileUrl(repository, pin.revision, file.path, options) }));
  return { id: repository, revision: pin.revision, licence, gated, files };
}

/** The newest commit of a repository, without the files that Shorthand does not read. Errors: those of `lookUpModel`. */
export async function newestModel(repository: string, options: HubOptions, part?: CatalogueCheckpoint['part']): Promise<HubModel> {
  const model = await lookUpModel(repository, 'main', options);
  return { ...model, files: part === 'tokenizer' ? tokenizerFiles(model.files) : wantedFiles(model.files) };
}
