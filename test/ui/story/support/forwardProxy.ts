import { createServer, request, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

/** An HTTP proxy that leads every host to one server of this machine: who can reach it by that name came through the proxy. */
export class ForwardProxy {
  /** The hosts that were asked for. */
  readonly hosts: string[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(target: string): Promise<ForwardProxy> {
    const { hostname, port } = new URL(target);
    const server = createServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const proxy = new ForwardProxy(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    // A client may ask for a whole URL, or for a tunnel.
    server.on('request', (incoming, outgoing) => {
      const { host, pathname, search } = new URL(incoming.url ?? '');
      proxy.hosts.push(host);
      const { method, headers } = incoming;
      const upstream = request({ hostname, port, method, headers, path: pathname + search }, response => {
        outgoing.writeHead(response.statusCode ?? 502, response.headers);
        response.on('error', () => outgoing.destroy());
        response.pipe(outgoing);
      });
      upstream.on('error', () => outgoing.destroy());
      outgoing.on('close', () => upstream.destroy());
      incoming.pipe(upstream);
    });
    server.on('connect', (incoming, client, head) => {
      proxy.hosts.push(incoming.url?.replace(/:80$/, '') ?? '');
      const upstream = connect(Number(port), hostname, () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.write(head);
        upstream.pipe(client).pipe(upstream);
      });
      upstream.on('error', () => client.destroy());
      client.on('error', () => upstream.destroy());
    });
    return proxy;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
