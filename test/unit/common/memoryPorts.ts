import { Emitter } from '../../../src/common/event';
import type { Port } from '../../../src/common/rpc/wire';

/** Two ends of a channel in memory. Messages arrive later and as copies, as between processes; `json` drops undefined values as a webview does. */
export function memoryPorts(kind: 'clone' | 'json' = 'clone'): { readonly client: Port; readonly server: Port; readonly close: (reason: string) => void } {
  const toServer = new Emitter<unknown>();
  const toClient = new Emitter<unknown>();
  const closed = new Emitter<string>();
  const copy = (message: unknown): unknown => (kind === 'json' ? JSON.parse(JSON.stringify(message)) : structuredClone(message));
  const port = (outgoing: Emitter<unknown>, incoming: Emitter<unknown>): Port => ({
    send: message => {
      const sent = copy(message);
      setImmediate(() => outgoing.fire(sent));
    },
    onMessage: incoming.event,
    onClose: listener => closed.event(listener),
  });
  return { client: port(toServer, toClient), server: port(toClient, toServer), close: reason => closed.fire(reason) };
}
