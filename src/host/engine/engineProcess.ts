import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { DisposableStore, toDisposable, type Disposable } from '../../common/disposable';
import { Emitter } from '../../common/event';
import type { Port } from '../../common/rpc/wire';
import type { Log } from '../log';
import { logEngineLine } from './engineLogLine';

/**
 * The engine's child process and the message port to it. Inference blocks its thread and native code can crash, so neither may happen in
 * the extension host.
 */
export class EngineProcess implements Disposable {
  readonly port: Port;
  /** Settles once with the reason when the process or its channel is gone. */
  readonly closed: Promise<string>;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #disposables = new DisposableStore();

  constructor(modulePath: string, log: Log) {
    // `process.execPath` is Electron in the desktop and Node in a server; the variable makes the former behave like the latter.
    this.#child = fork(modulePath, [], {
      serialization: 'advanced',
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#forwardLines(this.#child.stdout, line => logEngineLine(log, 'stdout', line));
    this.#forwardLines(this.#child.stderr, line => logEngineLine(log, 'stderr', line));
    this.#exited = new Promise(resolve => {
      this.#child.once('exit', () => resolve());
      // Not `once`: without a listener a second error, from a kill that fails for one, would end the extension host.
      this.#child.on('error', () => resolve());
    });
    this.closed = new Promise(resolve => {
      this.#child.once('error', error => resolve(`The engine process failed: ${error.message}`));
      this.#child.once('exit', (code, signal) => resolve(`The engine process ended with ${signal === null ? `exit code ${code}` : `signal ${signal}`}.`));
      // An engine without a channel is of no use, and its exit code says more: give that a moment.
      this.#child.once('disconnect', () => setTimeout(() => resolve('The engine process closed its channel.'), 500).unref());
    });
    this.port = this.#createPort(log);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks the process to end by closing its channel, and kills it when it hasn't after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    if (this.#child.connected) {
      this.#child.disconnect();
    }
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    await this.#exited;
    clearTimeout(timer);
    this.#disposables.dispose();
  }

  /** Kills the process at once. Committed slots survive: the store is transactional. */
  dispose(): void {
    this.#child.kill('SIGKILL');
    this.#disposables.dispose();
  }

  #createPort(log: Log): Port {
    const messages = this.#disposables.add(new Emitter<unknown>());
    this.#child.on('message', message => messages.fire(message));
    return {
      send: message => {
        if (this.#child.connected && message !== undefined && message !== null && typeof message === 'object') {
          this.#child.send(message, error => error && log.warn(`A message to the engine was not delivered: ${error.message}`));
        }
      },
      onMessage: messages.event,
      onClose: listener => {
        let active = true;
        void this.closed.then(reason => active && listener(reason));
        return toDisposable(() => (active = false));
      },
    };
  }

  #forwardLines(stream: Readable | null, write: (line: string) => void): void {
    if (stream !== null) {
      const lines = createInterface({ input: stream, crlfDelay: Infinity });
      lines.on('line', write);
      this.#disposables.add({ dispose: () => lines.close() });
    }
  }
}
