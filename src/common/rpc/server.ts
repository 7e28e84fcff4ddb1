import * as v from 'valibot';
import { DisposableStore, type Disposable } from '../disposable';
import { errorMessage, isCancellation, ShorthandError } from '../errors';
import type { MethodName, ParamsOf, ProgressOf, Protocol, ResultOf } from './protocol';
import { clientMessageSchema, type ClientMessage, type Port, type ServerMessage } from './wire';

export interface CallContext<S> {
  /** Fires when the client cancels or the port closes. */
  readonly signal: AbortSignal;
  /** Reports a complete snapshot of the state of the call. */
  readonly progress: (snapshot: S) => void;
}

export type Handlers<T extends Protocol> = {
  readonly [M in MethodName<T>]: (params: ParamsOf<T, M>, context: CallContext<ProgressOf<T, M>>) => Promise<ResultOf<T, M>> | ResultOf<T, M>;
};

/**
 * Answers the calls of a protocol that arrive on a port. Parameters are checked before a handler sees them; what a handler throws reaches
 * the client as a code and a message, never as a stack.
 */
export function serveRpc<T extends Protocol>(protocol: T, port: Port, handlers: Handlers<T>, log: (line: string) => void = () => undefined): Disposable {
  const running = new Map<number, AbortController>();
  const disposables = new DisposableStore();
  const send = (message: ServerMessage): void => {
    if (!disposables.isDisposed) {
      port.send(message);
    }
  };
  const abortAll = (): void => {
    for (const controller of running.values()) {
      controller.abort();
    }
    running.clear();
  };

  const answer = async (message: ClientMessage & { readonly kind: 'call' }): Promise<void> => {
    const { id } = message;
    if (running.has(id)) {
      log(`Dropped a second call with id ${id}.`);
      return;
    }
    const controller = new AbortController();
    running.set(id, controller);
    // After the client reconnected, an id may belong to another call: the outcome of this one concerns nobody.
    const isCurrent = (): boolean => running.get(id) === controller;
    const settle = (outcome: ServerMessage): void => {
      if (isCurrent()) {
        running.delete(id);
        send(outcome);
      }
    };
    try {
      const known = Object.entries(protocol.methods).find(([name]) => name === message.method);
      const handler: unknown = Object.hasOwn(handlers, message.method) ? Reflect.get(handlers, message.method) : undefined;
      if (known === undefined || typeof handler !== 'function') {
        throw new ShorthandError('invalid-message', `${protocol.name} has no method ${message.method}.`);
      }
      const params = v.safeParse(known[1].params, message.params);
      if (!params.success) {
        throw new ShorthandError('invalid-message', `Malformed parameters of ${message.method}: ${v.summarize(params.issues)}`);
      }
      const context: CallContext<unknown> = {
        signal: controller.signal,
        progress: snapshot => {
          if (isCurrent()) {
            send({ kind: 'progress', id, snapshot });
          }
        },
      };
      const value: unknown = await Reflect.apply(handler, handlers, [params.output, context]);
      settle({ kind: 'result', id, value });
    } catch (error) {
      const code = ShorthandError.is(error) ? error.code : isCancellation(error) ? 'cancelled' : 'internal';
      if (code === 'internal') {
        log(error instanceof Error ? (error.stack ?? error.message) : errorMessage(error));
      }
      settle({ kind: 'failure', id, code, message: errorMessage(error) });
    }
  };

  disposables.add(
    port.onMessage(raw => {
      const parsed = v.safeParse(clientMessageSchema, raw);
      if (!parsed.success) {
        log(`Dropped a malformed message: ${v.summarize(parsed.issues)}`);
        return;
      }
      const message = parsed.output;
      switch (message.kind) {
        case 'connect':
          // A client connects again when its page was reloaded; it starts over with ids, and nobody waits for the old calls.
          abortAll();
          send({ kind: 'ready', protocol: protocol.name, version: protocol.version });
          return;
        case 'cancel':
          running.get(message.id)?.abort();
          return;
        case 'call':
          void answer(message);
          return;
      }
    }),
  );
  disposables.add(port.onClose(abortAll));
  disposables.add({ dispose: abortAll });
  return disposables;
}
