import { isDeepStrictEqual } from 'node:util';
import type { Disposable } from '../../common/disposable';
import type { EngineInfo, EngineOptions, EngineProtocol } from '../../common/engineProtocol';
import type { EngineState } from '../../common/engineState';
import { errorMessage, isCancellation, ShorthandError, type ErrorCode } from '../../common/errors';
import { Emitter } from '../../common/event';
import { providerNames } from '../../common/executionProviders';
import { statusText, usedText } from '../../common/providerText';
import type { CallOptions } from '../../common/rpc/client';
import type { ParamsOf, ProgressOf, ResultOf } from '../../common/rpc/protocol';
import type { Log } from '../log';
import { untilCancelled } from './deadline';
import type { Engine } from './engine';
import { defaultLimits, EngineConnection, type EngineLimits, type EngineMethod } from './engineConnection';

export interface EngineClientOptions {
  /** The script that the process runs. */
  readonly modulePath: string;
  /** Read at every start of the process. */
  readonly readOptions: () => EngineOptions;
  /** Time without a call after which the process ends and gives its memory back; 0 keeps it. Read when the last call ends and by `renewIdleTime`. */
  readonly readIdleMs: () => number;
  readonly log: Log;
  readonly limits?: EngineLimits;
}

export interface CallFailure {
  readonly method: EngineMethod;
  readonly code: ErrorCode;
}

/** The longest time that a timer takes; it fires at once after a longer one. */
const longestTimerMs = 2 ** 31 - 1;

/** One life of the process, from the start on. */
interface Session {
  readonly abort: AbortController;
  readonly connection: Promise<EngineConnection>;
  /** What its process was started with; undefined while an earlier process ends. */
  readonly options: () => EngineOptions | undefined;
}

/**
 * Owns the engine process: starts it with the first call, ends it after an idle time, and starts it again with the next call after a crash.
 */
export class EngineClient implements Engine, Disposable {
  readonly #states = new Emitter<EngineState>();
  readonly #crashes = new Emitter<ShorthandError>();
  readonly #failures = new Emitter<CallFailure>();
  readonly #willCall = new Emitter<EngineMethod>();
  readonly #log: Log;
  readonly #limits: EngineLimits;
  #state: EngineState = { kind: 'stopped' };
  #session: Session | undefined;
  /** Set while the session's process is ready for calls. */
  #info: EngineInfo | undefined;
  #stopping: Promise<void> = Promise.resolve();
  #calls = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  #renewWhenIdle = false;
  #disposed = false;

  readonly onDidChangeState = this.#states.event;
  /** Fires when a process ended on its own or had to be given up; calls that fail by it reject as well. */
  readonly onDidCrash = this.#crashes.event;
  /** Fires when a call failed for another reason than that it was cancelled. */
  readonly onDidFailCall = this.#failures.event;

  readonly onWillCall = this.#willCall.event;

  constructor(private readonly options: EngineClientOptions) {
    this.#log = options.log;
    this.#limits = options.limits ?? defaultLimits;
  }

  get state(): EngineState {
    return this.#state;
  }

  async call<M extends EngineMethod>(
    name: M,
    params: ParamsOf<EngineProtocol, M>,
    options: CallOptions<ProgressOf<EngineProtocol, M>> = {},
  ): Promise<ResultOf<EngineProtocol, M>> {
    this.#willCall.fire(name);
    this.#beginCall();
    try {
      const connection = await untilCancelled(this.#connect(), options.signal);
      try {
        return await this.#callOn(connection, name, params, options);
      } catch (error) {
        if (name !== 'compress' || !ShorthandError.is(error, 'engine-crashed')) {
          throw error;
        }
        // What was encoded before the crash is in the store, so a second attempt at a compression continues the first.
        this.#log.warn('The engine crashed while it compressed; trying once more.');
        return await this.#callOn(await untilCancelled(this.#connect(), options.signal), name, params, options);
      }
    } catch (error) {
      if (!isCancellation(error)) {
        this.#failures.fire({ method: name, code: ShorthandError.is(error) ? error.code : 'internal' });
      }
      throw error;
    } finally {
      this.#endCall();
    }
  }

  /** Ends the process and starts a new one. Calls under way are cancelled. */
  async restart(): Promise<void> {
    await this.stop();
    await this.#connect();
  }

  /** Ends the process; the next call starts it again. */
  stop(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    this.#info = undefined;
    this.#renewWhenIdle = false;
    clearTimeout(this.#idleTimer);
    this.#setState({ kind: 'stopped' });
    if (session !== undefined) {
      session.abort.abort();
      // A start that failed or was aborted has cleaned up behind itself.
      this.#stopping = session.connection.then(connection => connection.stop()).catch(() => undefined);
    }
    return this.#stopping;
  }

  /** Makes changed options take effect: at once when no call is under way, else after the last one. Those that the process runs with already change nothing. */
  renew(): void {
    if (this.#session !== undefined) {
      const wanted = this.options.readOptions();
      if (isDeepStrictEqual(this.#session.options() ?? wanted, wanted)) {
        return;
      }
    }
    if (this.#calls === 0) {
      // A start that failed may succeed with other options, so the failure is forgotten too.
      void this.stop();
    } else {
      this.#renewWhenIdle = this.#session !== undefined;
    }
  }

  /** Makes a changed idle time count from now on. */
  renewIdleTime(): void {
    this.#startIdleTimer();
  }

  dispose(): void {
    this.#disposed = true;
    void this.stop();
    this.#states.dispose();
    this.#crashes.dispose();
    this.#failures.dispose();
    this.#willCall.dispose();
  }

  #connect(): Promise<EngineConnection> {
    if (this.#disposed) {
      return Promise.reject(new ShorthandError('cancelled', 'The extension is shutting down.'));
    }
    this.#session ??= this.#start();
    return this.#session.connection;
  }

  #start(): Session {
    const abort = new AbortController();
    let options: EngineOptions | undefined;
    const readOptions = (): EngineOptions => (options = this.options.readOptions());
    const session: Session = { abort, connection: this.#open(abort.signal, readOptions), options: () => options };
    this.#setState({ kind: 'starting' });
    session.connection.then(
      connection => this.#opened(session, connection),
      (error: unknown) => this.#failed(session, error),
    );
    return session;
  }

  async #open(signal: AbortSignal, readOptions: () => EngineOptions): Promise<EngineConnection> {
    // Two processes at once would need the memory of both models.
    await this.#stopping;
    return EngineConnection.open(this.options.modulePath, readOptions(), this.#limits, this.#log, signal);
  }

  #opened(session: Session, connection: EngineConnection): void {
    if (this.#session !== session) {
      return;
    }
    const { bundleId, bundleVersion, providers } = connection.info;
    this.#log.info(`Engine ready: ${bundleId} ${bundleVersion} on ${usedText(providers)}.`);
    providers.forEach(status => this.#log.debug(`${providerNames[status.provider]}: ${statusText(status)}`));
    this.#info = connection.info;
    this.#publishCalls();
    this.#startIdleTimer();
    void connection.closed.then(reason => connection.endedBy === undefined && this.#failed(session, new ShorthandError('engine-crashed', reason)));
  }

  #failed(session: Session, error: unknown): void {
    if (this.#session !== session) {
      return;
    }
    this.#session = undefined;
    this.#info = undefined;
    const failure = ShorthandError.is(error) ? error : new ShorthandError('internal', errorMessage(error), { cause: error });
    this.#log.error(`Engine: ${failure.message} (${failure.code})`);
    this.#setState({ kind: 'failed', code: failure.code, message: failure.message });
    if (isCrash(failure)) {
      this.#crashes.fire(failure);
    }
  }

  async #callOn<M extends EngineMethod>(
    connection: EngineConnection,
    name: M,
    params: ParamsOf<EngineProtocol, M>,
    options: CallOptions<ProgressOf<EngineProtocol, M>>,
  ): Promise<ResultOf<EngineProtocol, M>> {
    try {
      return await connection.call(name, params, options);
    } catch (error) {
      if (ShorthandError.is(error, 'engine-unresponsive')) {
        connection.kill(error);
        if (this.#session !== undefined) {
          this.#failed(this.#session, error);
        }
        throw new ShorthandError('cancelled', error.message, { cause: error });
      }
      throw ShorthandError.is(error, 'engine-crashed') && connection.endedBy !== undefined ? connection.endedBy : error;
    }
  }

  #beginCall(): void {
    this.#calls++;
    clearTimeout(this.#idleTimer);
    this.#publishCalls();
  }

  #endCall(): void {
    this.#calls--;
    this.#publishCalls();
    if (this.#calls === 0 && this.#renewWhenIdle) {
      void this.stop();
    } else {
      this.#startIdleTimer();
    }
  }

  #startIdleTimer(): void {
    clearTimeout(this.#idleTimer);
    const idleMs = this.options.readIdleMs();
    if (this.#calls === 0 && this.#session !== undefined && idleMs > 0) {
      this.#idleTimer = setTimeout(() => {
        this.#log.info('Engine idle: its process ends until it is needed again.');
        void this.stop();
      }, Math.min(idleMs, longestTimerMs));
    }
  }

  #publishCalls(): void {
    if (this.#info !== undefined) {
      this.#setState(this.#calls === 0 ? { kind: 'ready', info: this.#info } : { kind: 'busy', info: this.#info, calls: this.#calls });
    }
  }

  #setState(state: EngineState): void {
    this.#state = state;
    this.#states.fire(state);
  }
}

/** True for failures that no caller is to blame for: the process died or hung. */
export function isCrash(error: unknown): boolean {
  return ShorthandError.is(error, 'engine-crashed') || ShorthandError.is(error, 'engine-unresponsive');
}
