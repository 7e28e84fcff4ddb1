import type { EngineInfo, EngineOptions, EngineProtocol } from '../../common/engineProtocol';
import { engineProtocol } from '../../common/engineProtocol';
import { ShorthandError } from '../../common/errors';
import { RpcClient, type CallOptions } from '../../common/rpc/client';
import type { MethodName, ParamsOf, ProgressOf, ResultOf } from '../../common/rpc/protocol';
import type { Log } from '../log';
import { untilCancelled, withDeadline } from './deadline';
import { EngineProcess } from './engineProcess';

/** How long the host waits for the engine, in milliseconds. */
export interface EngineLimits {
  /** From the start of the process to the answer of the handshake. */
  readonly startMs: number;
  /** Loading the bundle: its files are hashed, which takes long on a slow disk, and execution providers may be tried. */
  readonly openMs: number;
  /** From a cancellation to the end of the call. A step that can't be interrupted may take seconds. */
  readonly cancelMs: number;
  /** From the request to end to a kill. */
  readonly stopMs: number;
}

export const defaultLimits: EngineLimits = { startMs: 20_000, openMs: 360_000, cancelMs: 20_000, stopMs: 2_000 };

/** The calls that clients of the host make; `open` is the connection's own. */
export type EngineMethod = Exclude<MethodName<EngineProtocol>, 'open'>;

/** One engine process with its bundle loaded. It lives until it is stopped or crashes. */
export class EngineConnection {
  #endedBy: ShorthandError | undefined;

  private constructor(
    readonly info: EngineInfo,
    private readonly child: EngineProcess,
    private readonly client: RpcClient<EngineProtocol>,
    private readonly limits: EngineLimits,
  ) {}

  /** Starts a process and loads the bundle; nothing is left running when that fails. */
  static async open(modulePath: string, options: EngineOptions, limits: EngineLimits, log: Log, signal: AbortSignal): Promise<EngineConnection> {
    const child = new EngineProcess(modulePath, log);
    const client = new RpcClient(engineProtocol, child.port);
    try {
      log.info(`Engine process ${child.pid ?? '?'} started.`);
      await untilCancelled(withDeadline(client.ready, limits.startMs, 'Starting the engine'), signal);
      // Whoever stops a start does not wait for it: the process is killed.
      const info = await untilCancelled(withDeadline(client.call('open', options), limits.openMs, 'Loading the bundle'), signal);
      return new EngineConnection(info, child, client, limits);
    } catch (error) {
      client.dispose();
      child.dispose();
      throw error;
    }
  }

  /** Why the host itself has ended the process, where it has: calls that fail by it report this instead of a crash. */
  get endedBy(): ShorthandError | undefined {
    return this.#endedBy;
  }

  /** Settles with the reason when the process is gone. */
  get closed(): Promise<string> {
    return this.child.closed;
  }

  /** @throws {ShorthandError} `engine-unresponsive` when a cancelled call does not end in time. */
  async call<M extends EngineMethod>(name: M, params: ParamsOf<EngineProtocol, M>, options: CallOptions<ProgressOf<EngineProtocol, M>>): Promise<ResultOf<EngineProtocol, M>> {
    let timer: NodeJS.Timeout | undefined;
    let onAbort: () => void = () => undefined;
    const stuck = new Promise<never>((_, reject) => {
      onAbort = () => {
        timer = setTimeout(() => reject(new ShorthandError('engine-unresponsive', `The engine did not stop ${name} in time.`)), this.limits.cancelMs);
      };
    });
    options.signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([this.client.call(name, params, options), stuck]);
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Ends the process in good order. */
  async stop(): Promise<void> {
    this.#endedBy ??= new ShorthandError('cancelled', 'The engine was stopped.');
    this.client.dispose();
    await this.child.stop(this.limits.stopMs);
  }

  /** Kills a process that no longer answers. */
  kill(reason: ShorthandError): void {
    this.#endedBy ??= reason;
    this.client.dispose();
    this.child.dispose();
  }
}
