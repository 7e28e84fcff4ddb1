import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';

/** How the server treats requests for a file, one entry per request; the last one holds for the rest. */
export type Fault =
  | { readonly kind: 'none' }
  /** Ends the connection after so many bytes of the answer. */
  | { readonly kind: 'drop'; readonly after: number }
  /** Announces another length than it has. */
  | { readonly kind: 'lie'; readonly length: number }
  | { readonly kind: 'wrong-bytes' }
  | { readonly kind: 'longer' }
  | { readonly kind: 'no-ranges' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'status'; readonly status: number };

export interface ServedFile {
  readonly path: string;
  readonly content: Buffer;
  readonly large?: boolean;
}

/** A repository; one that wants a token shows its facts to all and its files to those alone who send it. */
export interface Repository {
  readonly files: readonly ServedFile[];
  readonly licence?: string;
  readonly token?: string;
}

const revision = 'a'.repeat(40);

/** Repositories as Hugging Face serves them, on this machine, with faults. */
export class ModelServer {
  /** The ranges of the requests for files. */
  readonly ranges: (string | undefined)[] = [];
  readonly tokens: (string | undefined)[] = [];
  /** The paths of all requests, in order. */
  readonly requests: string[] = [];
  readonly #faults = new Map<string, Fault[]>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
    readonly repositories: Readonly<Record<string, Repository>>,
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response));
  }

  /** Serves one repository, `some/model`, to the end of the test. */
  static async start(files: readonly ServedFile[]): Promise<ModelServer> {
    const server = await ModelServer.open({ 'some/model': { files } });
    afterEach(() => server.close());
    return server;
  }

  static async open(repositories: Readonly<Record<string, Repository>>): Promise<ModelServer> {
    const server = createServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return new ModelServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, repositories);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  fault(path: string, ...faults: Fault[]): void {
    this.#faults.set(path, faults);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const pathname = decodeURIComponent(new URL(request.url ?? '/', this.url).pathname);
    this.tokens.push(request.headers.authorization);
    this.requests.push(pathname);
    const [, api, id = '', rest = ''] = /^\/(api\/models\/)?([^/]+\/[^/]+)\/(.*)$/.exec(pathname) ?? [];
    const repository = this.repositories[id];
    const refused = repository?.token !== undefined && request.headers.authorization !== `Bearer ${repository.token}`;
    if (repository === undefined) {
      response.writeHead(404).end();
    } else if (api !== undefined && rest === 'revision/main') {
      response.end(JSON.stringify({ sha: revision, gated: repository.token === undefined ? false : 'auto', cardData: { license: repository.licence ?? 'apache-2.0' } }));
    } else if (api !== undefined && rest === `tree/${revision}`) {
      response.end(JSON.stringify([{ type: 'directory', path: 'folder', oid: 'x', size: 0 }, ...repository.files.map(listed)]));
    } else {
      const file = repository.files.find(({ path }) => rest === `resolve/${revision}/${path}`);
      if (file === undefined || refused) {
        response.writeHead(file === undefined ? 404 : 401).end();
      } else {
        this.#serve(file, request, response);
      }
    }
  }

  #serve({ path, content }: ServedFile, request: IncomingMessage, response: ServerResponse): void {
    const faults = this.#faults.get(path) ?? [];
    const fault = (faults.length > 1 ? faults.shift() : faults[0]) ?? { kind: 'none' };
    const range = fault.kind === 'no-ranges' ? undefined : request.headers.range;
    this.ranges.push(request.headers.range);
    if (fault.kind === 'status') {
      response.writeHead(fault.status).end();
      return;
    }
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    const served = fault.kind === 'wrong-bytes' ? Buffer.alloc(content.length, 7) : fault.kind === 'longer' ? Buffer.concat([content, content]) : content;
    const rest = served.subarray(from);
    const length = fault.kind === 'lie' ? fault.length : rest.length;
    const headers = { ...(fault.kind === 'longer' ? {} : { 'content-length': length }), ...(range === undefined ? {} : { 'content-range': `bytes ${from}-${from + length - 1}/${from + length}` }) };
    response.writeHead(range === undefined ? 200 : 206, headers);
    if (fault.kind === 'drop') {
      // A client throws away what it has received and not read yet, so the connection ends a moment later.
      response.write(rest.subarray(0, fault.after), () => setTimeout(() => response.destroy(), 100));
    } else if (fault.kind === 'silent') {
      response.write(rest.subarray(0, 10));
    } else {
      response.end(rest.subarray(0, length));
    }
  }
}

function listed({ path, content, large }: ServedFile): object {
  const blob = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
  const lfs = { oid: createHash('sha256').update(content).digest('hex'), size: content.length };
  return { type: 'file', path, size: content.length, oid: blob, ...(large ? { lfs } : {}) };
}
