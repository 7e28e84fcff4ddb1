import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import type { AddModelParams } from '../../common/builderProtocol';
import { ShorthandError } from '../../common/errors';
import { completeFile, installedSchema } from '../../models/store/installedModel';

/** What a checkpoint's folder is called, and what licence it states. */
export interface SourceName {
  /** `owner/name` of a repository that was fetched, else the folder's own name. */
  readonly name: string;
  readonly licence: string | undefined;
}

/** Folders below a model's that say nothing of it. */
const generic = new Set(['decoder', 'encoder', 'checkpoint', 'model', 'base', 'embedder']);

/** Errors: none; what can't be read says nothing. */
export async function sourceName(folder: string): Promise<SourceName> {
  const text = await readFile(join(folder, completeFile), 'utf8').catch(() => undefined);
  const record = v.safeParse(v.pipe(v.string(), v.parseJson(), installedSchema), text);
  const licence = record.success ? record.output.licence : await cardLicence(folder);
  const own = basename(folder);
  const name = record.success ? record.output.id : generic.has(own) ? `${basename(join(folder, '..'))}-${own}` : own;
  return { name, licence };
}

/** `license` in the head of a model card: YAML between two lines of dashes. */
async function cardLicence(folder: string): Promise<string | undefined> {
  const card = await readFile(join(folder, 'README.md'), 'utf8').catch(() => '');
  const head = /^---\r?\n([\s\S]*?)\r?\n---/.exec(card)?.[1] ?? '';
  const field = (name: string): string | undefined => new RegExp(`^${name}:\\s*["']?([^"'\\n\\r]+?)["']?\\s*$`, 'm').exec(head)?.[1];
  const licence = field('license');
  return licence === 'other' ? (field('license_name') ?? licence) : licence;
}

/** The longest id: it is a folder's name. */
const longestId = 100;

/** Lower-case letters, digits, dots and dashes, as ids of bundles are; of `owner/name` the name. */
export function slug(name: string): string {
  const plain = (name.split('/').at(-1) ?? '').toLowerCase().replace(/[^a-z0-9.]+/g, '-');
  return plain.replace(/^[-.]+|[-.]+$/g, '').slice(0, longestId);
}

/** The id that was asked for, or one of the names and of what the decoder's weights are. Errors: `bundle-unsupported`: no id. */
export function bundleId(params: AddModelParams, decoder: SourceName, compressor: SourceName | undefined): string {
  if (params.id !== undefined && !/^[a-z0-9][a-z0-9.-]{0,99}$/.test(params.id)) {
    throw new ShorthandError('bundle-unsupported', `"${params.id}" is no id of a bundle: small letters, digits, dots and dashes are.`);
  }
  const ratio = params.compressor?.ratio === undefined ? [] : [`${params.compressor.ratio}x`];
  const parts = [slug(decoder.name), ...(compressor === undefined ? [] : [slug(compressor.name), ...ratio]), params.decoderWeights];
  return params.id ?? slug(parts.filter(part => part !== '').join('-'));
}

/** What the bundle's licence is, of both its sources. */
export function bundleLicence(params: AddModelParams, decoder: SourceName, compressor: SourceName | undefined): string {
  const stated = [decoder.licence, compressor?.licence].filter(licence => licence !== undefined);
  return params.licence ?? (stated.length === 0 ? 'not stated' : [...new Set(stated)].join(' AND '));
}
