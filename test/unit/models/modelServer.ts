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

/** A repository as Hugging Face serves it, on this machine, with faults. */
export class ModelServer {
  readonly ranges: (string | undefined)[] = [];
  readonly tokens: (string | undefined)[] = [];
  readonly #faults = new Map<string, Fault[]>();

  private constructor(
    server: Server,
    readonly url: string,
    readonly files: readonly ServedFile[],
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response));
  }

  static async start(files: readonly ServedFile[]): Promise<ModelServer> {
    const server = createServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    afterEach(() => {
      server.closeAllConnections();
      server.close();
    });
    return new ModelServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, files);
  }

  fault(path: string, ...faults: Fault[]): void {
    this.#faults.set(path, faults);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const pathname = decodeURIComponent(new URL(request.url ?? '/', this.url).pathname);
    this.tokens.push(request.headers.authorization);
    if (pathname === '/api/models/some/model/revision/main') {
      response.end(JSON.stringify({ sha: 'a'.repeat(40), gated: 'auto', cardData: { license: 'apache-2.0' } }));
    } else if (pathname === `/api/models/some/model/tree/${'a'.repeat(40)}`) {
      response.end(JSON.stringify([{ type: 'directory', path: 'folder', oid: 'x', size: 0 }, ...this.files.map(listed)]));
    } else {
      const file = this.files.find(({ path }) => pathname.endsWith(`/resolve/${'a'.repeat(40)}/${path}`));
      if (file === undefined) {
        response.writeHead(404).end();
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
      response.write(rest.subarray(0, fault.after), () => response.destroy());
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
