import * as v from 'valibot';
import { ShorthandError, throwIfCancelled } from '../../common/errors';
import type { RemoteFile } from '../download/downloadFile';
import { networkMessage } from '../download/networkMessage';
import type { FileHash } from '../download/fileHash';
import { relativePathSchema, sizeSchema } from '../store/fields';

/** A repository of Hugging Face at one commit. */
export interface HubModel {
  /** `owner/name`. */
  readonly id: string;
  /** The commit: what is fetched is this, even when the repository changes meanwhile. */
  readonly revision: string;
  /** As the repository states it; undefined when it states none. */
  readonly licence: string | undefined;
  /** True when the owner hands out access on request. */
  readonly gated: boolean;
  readonly files: readonly HubFile[];
}

export interface HubFile extends RemoteFile {
  /** Relative to the repository, with '/'. */
  readonly path: string;
}

export interface HubOptions {
  /** Another server with the same interface; `hubEndpoint` where absent. */
  readonly endpoint?: string | undefined;
  /** Only for repositories that need it; it is sent to the endpoint alone. */
  readonly token?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const publicHub = 'https://huggingface.co';

/** Hugging Face, or the server that the variable names which Hugging Face's own tools know. */
export function hubEndpoint(): string {
  const named = process.env['HF_ENDPOINT'] ?? '';
  return named === '' ? publicHub : named.replace(/\/+$/, '');
}

const modelSchema = v.object({
  sha: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)),
  gated: v.optional(v.union([v.boolean(), v.string()]), false),
  cardData: v.nullish(v.object({ license: v.optional(v.union([v.string(), v.array(v.string())])), license_name: v.optional(v.string()) })),
});

const treeSchema = v.array(
  v.variant('type', [
    v.object({
      type: v.literal('file'),
      path: relativePathSchema,
      size: sizeSchema,
      oid: v.string(),
      lfs: v.optional(v.object({ oid: v.string(), size: sizeSchema })),
    }),
    v.object({ type: v.literal('directory') }),
  ]),
);

/**
 * Looks a repository up: its newest commit or a given revision, and every file of it with length and hash.
 * Source: https://huggingface.co/docs/hub/api. Errors: `model-not-found`, `access-denied`, `network-failed`, `invalid-message`, `cancelled`.
 */
export async function lookUpModel(id: string, revision: string, options: HubOptions = {}): Promise<HubModel> {
  const endpoint = endpointOf(options);
  if (!/^[\w.-]+\/[\w.-]+$/.test(id) || id.includes('..')) {
    throw new ShorthandError('model-not-found', `"${id}" is no repository: owner/name is expected.`);
  }
  const model = v.safeParse(modelSchema, await readJson(`${endpoint}/api/models/${id}/revision/${encodeURIComponent(revision)}`, options));
  if (!model.success) {
    throw new ShorthandError('invalid-message', `${endpoint} answered something unexpected about ${id}.`);
  }
  const { sha, gated, cardData } = model.output;
  const tree = v.safeParse(treeSchema, await readJson(`${endpoint}/api/models/${id}/tree/${sha}?recursive=true`, options));
  if (!tree.success) {
    throw new ShorthandError('invalid-message', `${endpoint} listed the files of ${id} in an unexpected form.`);
  }
  const files = tree.output.flatMap((entry): HubFile[] => {
    if (entry.type === 'directory') {
      return [];
    }
    const hash: FileHash = entry.lfs === undefined ? { kind: 'git-blob', value: entry.oid } : { kind: 'sha256', value: entry.lfs.oid };
    return [{ path: entry.path, url: fileUrl(id, sha, entry.path, options), bytes: entry.lfs?.size ?? entry.size, hash }];
  });
  return { id, revision: sha, licence: licenceOf(cardData), gated: gated !== false, files };
}

/** A licence that the hub has no sign for is stated as `other`, with its name beside it. */
function licenceOf(card: v.InferOutput<typeof modelSchema>['cardData']): string | undefined {
  const licence = card?.license === 'other' ? (card.license_name ?? card.license) : card?.license;
  return Array.isArray(licence) ? licence.join(', ') : licence;
}

/** Where a file of a repository is served. */
export function fileUrl(id: string, revision: string, path: string, options: HubOptions): string {
  return `${endpointOf(options)}/${id}/resolve/${revision}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

function endpointOf({ endpoint }: HubOptions): string {
  return endpoint ?? hubEndpoint();
}

export function hubHeaders({ token }: HubOptions): Readonly<Record<string, string>> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

async function readJson(url: string, options: HubOptions): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, { headers: hubHeaders(options), ...(options.signal === undefined ? {} : { signal: options.signal }) });
  } catch (error) {
    throwIfCancelled(options.signal);
    throw new ShorthandError('network-failed', `${url} can't be reached: ${networkMessage(error)}`, { cause: error });
  }
  // The hub says 401 for repositories that are not there, too, to those who are not signed in.
  if (response.status === 401 || response.status === 403) {
    throw new ShorthandError('access-denied', `${url} needs a permission (${response.status}).`);
  }
  if (response.status === 404) {
    throw new ShorthandError('model-not-found', `${url} is not there.`);
  }
  if (!response.ok) {
    throw new ShorthandError('network-failed', `${url} answered ${response.status}.`);
  }
  try {
    return await response.json();
  } catch (error) {
    throw new ShorthandError('invalid-message', `${url} answered no JSON.`, { cause: error });
  }
}
