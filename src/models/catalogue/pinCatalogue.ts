import type { HubOptions } from '../hub/hubClient';
import type { Catalogue, CatalogueCheckpoint, CatalogueModel } from './catalogue';
import { newestModel } from './checkpointModel';

/** One repository that could not be looked up, and why. */
export interface PinFailure {
  readonly repository: string;
  readonly error: unknown;
}

type Facts = Pick<CatalogueCheckpoint, 'licence' | 'gated' | 'pin'>;

/**
 * Looks every repository of a catalogue up and writes its newest commit, files, lengths and hashes into it, with the licence that it states. What
 * can't be looked up keeps what it had.
 */
export async function pinCatalogue(catalogue: Catalogue, options: HubOptions): Promise<{ readonly catalogue: Catalogue; readonly failures: readonly PinFailure[] }> {
  const known = new Map<string, Promise<Facts | undefined>>();
  const failures: PinFailure[] = [];
  const pinned = async <T extends CatalogueCheckpoint>(checkpoint: T): Promise<T> => {
    const key = `${checkpoint.repository} ${checkpoint.part ?? ''}`;
    const { repository } = checkpoint;
    const found = known.get(key) ?? facts(checkpoint, options).catch((error: unknown) => void failures.push({ repository, error }));
    known.set(key, found);
    return { ...checkpoint, ...(await found) };
  };
  const models: CatalogueModel[] = [];
  // One after the other: the hub limits how fast it may be asked.
  for (const model of catalogue.models) {
    const { compressor } = model;
    const base = compressor?.base === undefined ? {} : { base: await pinned(compressor.base) };
    models.push({ ...model, decoder: await pinned(model.decoder), ...(compressor === undefined ? {} : { compressor: { ...(await pinned(compressor)), ...base } }) });
  }
  return { catalogue: { ...catalogue, models }, failures };
}

async function facts({ repository, licence, part }: CatalogueCheckpoint, options: HubOptions): Promise<Facts> {
  const model = await newestModel(repository, options, part);
  const files = model.files.map(({ path, bytes, hash }) => ({ path, bytes, hash }));
  const stated = model.licence ?? licence;
  return { ...(stated === undefined ? {} : { licence: stated }), gated: model.gated, pin: { revision: model.revision, files } };
}
