import type { AddModelParams } from '../../common/builderProtocol';
import { checkpointsOf, type CatalogueCheckpoint, type CatalogueModel } from '../../models/catalogue/catalogue';

/** What a bundle is made from: repositories on the hub, and how their weights are stored. */
export interface ModelSources {
  /** What the user knows it by. */
  readonly name: string;
  /** Of the bundle. */
  readonly id: string;
  readonly decoder: CatalogueCheckpoint;
  readonly compressor: CatalogueModel['compressor'];
  /** The size of the decoder decides where absent. */
  readonly weights: CatalogueModel['weights'] | undefined;
}

export function catalogueSources({ name, id, decoder, compressor, weights }: CatalogueModel): ModelSources {
  return { name, id, decoder, compressor, weights };
}

/** A repository that the user has named. */
export function namedSources(repository: string): ModelSources {
  return { name: repository, id: bundleId(repository), decoder: { repository, gated: false }, compressor: undefined, weights: undefined };
}

/** What is downloaded: decoder, compressor and the compressor's base, as far as there are. */
export function repositoriesOf({ decoder, compressor }: ModelSources): readonly CatalogueCheckpoint[] {
  return checkpointsOf({ decoder, compressor });
}

/** A bundle's id from any name: lower case, digits, dots and hyphens. */
export function bundleId(name: string): string {
  const id = name
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  return id === '' ? 'model' : id;
}

/** Checkpoints below so many bytes, of 16 bits a weight, keep 8 of them; larger ones would take too much memory and keep 4. */
const smallBytes = 3_000_000_000;

/** How weights are stored. An encoder's are kept finer: what it loses, every answer lacks. */
export function weightsFor(decoderBytes: number, wanted?: CatalogueModel['weights']): Pick<AddModelParams, 'decoderWeights' | 'encoderWeights' | 'block'> {
  return { decoderWeights: wanted ?? (decoderBytes < smallBytes ? 'int8' : 'int4'), encoderWeights: 'int8', block: 32 };
}
