import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { AddModelParams } from '../../common/builderProtocol';
import type { ContentFile } from './bundlePart';
import type { SourceName } from './modelName';

/** A file of every added bundle: what it was made from. */
export const originFile = 'origin.json';

const schema = v.object({ identity: v.string() });

export function originContent(identity: string, { compressor: source, ...params }: AddModelParams, decoder: SourceName, compressor: SourceName | undefined): ContentFile {
  const { decoderWeights, encoderWeights, block } = params;
  const { bridge, ratio, window } = source ?? {};
  const made = { identity, decoder: decoder.name, compressor: compressor?.name, decoderWeights, encoderWeights, block, bridge, ratio, window };
  return { path: originFile, content: Buffer.from(`${JSON.stringify(made, undefined, 2)}\n`) };
}

/** The identity of a bundle's sources and options; undefined for a bundle that was not made by adding. */
export async function originIdentity(folder: string): Promise<string | undefined> {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), await readFile(join(folder, originFile), 'utf8').catch(() => undefined));
  return parsed.success ? parsed.output.identity : undefined;
}
