import * as v from 'valibot';
import { DisposableStore, type Disposable } from '../disposable';
import { ShorthandError } from '../errors';
import type { Method, MethodName, ParamsOf, ProgressOf, Protocol, ResultOf } from './protocol';
import { serverMessageSchema, type ClientMessage, type Port, type ServerMessage } from './wire';

export interface CallOptions<S> {
  readonly signal?: AbortSignal | undefined;
  /** Called with complete snapshots, in order. */
  readonly onProgress?: ((snapshot: S) => void) | undefined;
}

interface PendingCall {
  readonly method: Method;
  readonly onProgress: ((snapshot: unknown) => void) | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Calls the methods of a protocol over a port. Messages wait for the server's `ready`; everything that arrives is checked against its
 * schema. A malformed message fails its own call only, or is dropped when it names none.
 */
export class RpcClient<T extends Protocol> implements Disposable {
  readonly #pending = new Map<number, PendingCall>();
  readonly #disposables = new DisposableStore();
  readonly #ready: Promise<void>;
  #nextId = 0;
  #closedBecause: string | undefined;
  #settleReady: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;

  constructor(
    private readonly protocol: T,
    private readonly port: Port,
  ) {
    this.#ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    // A rejection is reported by the calls that wait for it.
    this.#ready.catch(() => undefined);
    this.#disposables.add(port.onMessage(message => this.#receive(message)));
    this.#disposables.add(port.onClose(reason => this.#close(reason)));
    this.#send({ kind: 'connect', protocol: protocol.name, version: protocol.version });
  }

  /** Resolves when the server has answered the handshake. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  /**
   * Calls a method and waits for its result.
   * @throws {ShorthandError} with the server's code, `cancelled` after `signal` fired, or `engine-crashed` when the port closed.
   */
  async call<M extends MethodName<T>>(name: M, params: ParamsOf<T, M>, options: CallOptions<ProgressOf<T, M>> = {}): Promise<ResultOf<T, M>> {
    const method = this.protocol.methods[name];
    if (method === undefined) {
      throw new ShorthandError('internal', `${this.protocol.name} has no method ${name}.`);
    }
    await this.#ready;
    const { signal, onProgress } = options;
    if (signal?.aborted) {
      throw new ShorthandError('cancelled', `${name} was cancelled.`);
    }
    const id = this.#nextId++;
    const cancel = (): void => this.#send({ kind: 'cancel', id });
    try {
      const value = await new Promise<unknown>((resolve, reject) => {
        if (this.#closedBecause !== undefined) {
          reject(new ShorthandError('engine-crashed', this.#closedBecause));
          return;
        }
        this.#pending.set(id, {
          method,
          onProgress: onProgress && (snapshot => onProgress(v.parse(method.progress, snapshot))),
          resolve,
          reject,
        });
        signal?.addEventListener('abort', cancel, { once: true });
        this.#send({ kind: 'call', id, method: name, params });
      });
      return v.parse(method.result, value);
    } catch (error) {
      if (v.isValiError(error)) {
        throw new ShorthandError('invalid-message', `${name} returned a malformed result: ${error.message}`, { cause: error });
      }
      throw error;
    } finally {
      this.#pending.delete(id);
      signal?.removeEventListener('abort', cancel);
    }
  }

  dispose(): void {
    this.#close('The connection was closed.');
    this.#disposables.dispose();
  }

  #send(message: ClientMessage): void {
    if (this.#closedBecause === undefined) {
      this.port.send(message);
    }
  }

  #receive(raw: unknown): void {
    const parsed = v.safeParse(serverMessageSchema, raw);
    if (parsed.success) {
      this.#dispatch(parsed.output);
    }
  }

  #dispatch(message: ServerMessage): void {
    switch (message.kind) {
      case 'ready':
        if (message.protocol === this.protocol.name && message.version === this.protocol.version) {
          this.#settleReady?.resolve();
        } else {
          this.#settleReady?.reject(
            new ShorthandError('protocol-mismatch', `Expected ${this.protocol.name} ${this.protocol.version}, found ${message.protocol} ${message.version}.`),
          );
        }
        return;
      case 'progress': {
        const call = this.#pending.get(message.id);
        try {
          call?.onProgress?.(message.snapshot);
        } catch (error) {
          call?.reject(new ShorthandError('invalid-message', `Malformed progress: ${String(error)}`, { cause: error }));
        }
        return;
      }
      case 'result':
        this.#pending.get(message.id)?.resolve(message.value);
        return;
      case 'failure':
        this.#pending.get(message.id)?.reject(new ShorthandError(message.code, message.message));
        return;
    }
  }

  #close(reason: string): void {
    if (this.#closedBecause !== undefined) {
      return;
    }
    this.#closedBecause = reason;
    const error = new ShorthandError('engine-crashed', reason);
    this.#settleReady?.reject(error);
    for (const call of this.#pending.values()) {
      call.reject(error);
    }
    this.#pending.clear();
  }
}
