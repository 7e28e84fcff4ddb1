import type { Disposable } from '../../../common/disposable';
import { errorMessage } from '../../../common/errors';
import { Emitter } from '../../../common/event';
import type { Log } from '../../log';
import type { BackgroundState, Hold } from './backgroundState';
import { Due } from './due';
import type { IdleTask } from './idleTasks';

/** The steps of the work, each small: whoever wants the models waits for one at most. */
export interface BackgroundSteps {
  /** What is left to do for the workspace, in order. */
  list(signal: AbortSignal): Promise<readonly IdleTask[]>;
  /** Files that were opened, edited or saved. */
  compressTouched(paths: readonly string[], signal: AbortSignal): Promise<void>;
  compress(paths: readonly string[], signal: AbortSignal): Promise<void>;
  measure(paths: readonly string[], signal: AbortSignal): Promise<void>;
}

export interface BackgroundOptions {
  readonly steps: BackgroundSteps;
  /** Why nothing may be done at the moment. */
  readonly hold: () => Promise<Hold | undefined>;
  /** True when idle time is for the whole workspace. */
  readonly wholeWorkspace: () => boolean;
  readonly log: Log;
  /** How long a file must be left alone before it is compressed. */
  readonly quietMs: number;
  /** How long the user must do nothing before the rest of the workspace gets its turn. */
  readonly idleMs: number;
  /** How soon a hold that no event ends (a battery) is looked at again. */
  readonly holdMs: number;
}

/** How many times the idle time must pass from one look through the workspace to the next: a build may write files all the time. */
const listPauses = 3;

/**
 * Compresses what the user opens and edits, then, in idle time, the rest of the workspace, and then measures how much survived. One small step
 * is under way at a time; what the user asks for aborts it, and it is done again later.
 */
export class BackgroundWork implements Disposable {
  readonly #changes = new Emitter<BackgroundState>();
  readonly onDidChange = this.#changes.event;
  readonly #due = new Due(() => void this.#run());
  /** Files that were opened or edited, and when their quiet time is over. The newest is last. */
  readonly #touched = new Map<string, number>();
  #state: BackgroundState = { kind: 'waiting' };
  #tasks: readonly IdleTask[] = [];
  /** True when the workspace may hold work that is not among the tasks. */
  #unlisted = true;
  #idleFrom: number;
  #listFrom = 0;
  #step: { readonly abort: AbortController; idle: boolean } | undefined;
  #disposed = false;

  constructor(private readonly options: BackgroundOptions) {
    this.#idleFrom = Date.now() + options.idleMs;
  }

  get state(): BackgroundState {
    return this.#state;
  }

  /** A file was opened, edited or saved. */
  fileTouched(path: string): void {
    this.#touched.delete(path);
    this.#touched.set(path, Date.now() + this.options.quietMs);
    this.#unlisted = true;
    this.userActive();
  }

  /** There may be something new to do in idle time: a file on disk or a rule has changed. */
  workspaceChanged(): void {
    this.#unlisted = true;
    this.#plan();
  }

  /** The user types, selects or looks around: idle time begins anew, and idle work under way is put back. */
  userActive(): void {
    this.#idleFrom = Date.now() + this.options.idleMs;
    if (this.#step?.idle === true) {
      this.#step.abort.abort();
    }
    this.#plan();
  }

  /** The user asks for something that needs the models: whatever is under way makes way. */
  userAsks(): void {
    const later = Date.now() + this.options.quietMs;
    this.#touched.forEach((due, path) => this.#touched.set(path, Math.max(due, later)));
    this.#step?.abort.abort();
    this.userActive();
  }

  /** Looks again whether work may be done: a setting, a pause or the first use has changed that. */
  async renew(): Promise<void> {
    const hold = await this.options.hold();
    if (hold !== undefined) {
      this.#step?.abort.abort();
    }
    if (this.#step === undefined && !this.#disposed) {
      this.#set({ kind: hold ?? 'waiting' });
      this.#plan();
    }
  }

  dispose(): void {
    this.#disposed = true;
    this.#due.dispose();
    this.#step?.abort.abort();
    this.#changes.dispose();
  }

  /** Sets the time of the next step. */
  #plan(): void {
    if (this.#disposed || this.#step !== undefined) {
      return;
    }
    const times = [...this.#touched.values()];
    if (this.options.wholeWorkspace()) {
      times.push(...(this.#tasks.length > 0 ? [this.#idleFrom] : []), ...(this.#unlisted ? [Math.max(this.#idleFrom, this.#listFrom)] : []));
    }
    this.#due.set(times.length === 0 ? undefined : Math.min(...times));
  }

  async #run(): Promise<void> {
    if (this.#disposed || this.#step !== undefined) {
      return;
    }
    const step = { abort: new AbortController(), idle: false };
    this.#step = step;
    const hold = await this.options.hold();
    if (hold === undefined && !step.abort.signal.aborted) {
      await this.#next(step);
    }
    this.#step = undefined;
    if (hold === undefined) {
      this.#plan();
    } else if (hold === 'onBattery') {
      this.#due.set(Date.now() + this.options.holdMs);
    }
    if (hold !== undefined || this.#touched.size + this.#tasks.length === 0 || step.abort.signal.aborted) {
      this.#set({ kind: hold ?? 'waiting' });
    }
  }

  async #next(step: { readonly abort: AbortController; idle: boolean }): Promise<void> {
    const { signal } = step.abort;
    const ready = [...this.#touched].filter(([, due]) => due <= Date.now());
    step.idle = ready.length === 0;
    try {
      if (ready.length > 0) {
        await this.#compressTouched(ready, signal);
      } else if (this.#idleFrom <= Date.now()) {
        await this.#idleStep(signal);
      }
    } catch (error) {
      if (!signal.aborted) {
        // Trying again would fail again: the next change of a file gives another chance.
        ready.forEach(([path]) => this.#touched.delete(path));
        this.#tasks = [];
        this.#unlisted = false;
        this.options.log.warn(`Background work failed: ${errorMessage(error)}`);
      }
    }
  }

  async #compressTouched(ready: readonly (readonly [path: string, due: number])[], signal: AbortSignal): Promise<void> {
    this.#set({ kind: 'compressing', filesLeft: ready.length });
    await this.options.steps.compressTouched(ready.map(([path]) => path).toReversed(), signal);
    // One that was edited meanwhile stays for another round.
    ready.filter(([path, due]) => this.#touched.get(path) === due).forEach(([path]) => this.#touched.delete(path));
  }

  async #idleStep(signal: AbortSignal): Promise<void> {
    const { steps } = this.options;
    if (this.#unlisted && this.#listFrom <= Date.now()) {
      this.#unlisted = false;
      this.#listFrom = Date.now() + listPauses * this.options.idleMs;
      try {
        this.#tasks = await steps.list(signal);
      } finally {
        this.#unlisted ||= signal.aborted;
      }
      return;
    }
    const [task, ...others] = this.#tasks;
    if (task === undefined) {
      return;
    }
    const filesLeft = this.#tasks.filter(({ kind }) => kind === task.kind).reduce((sum, { paths }) => sum + paths.length, 0);
    this.#set(task.kind === 'compress' ? { kind: 'compressing', filesLeft } : { kind: 'measuring', filesLeft });
    await (task.kind === 'compress' ? steps.compress(task.paths, signal) : steps.measure(task.paths, signal));
    this.#tasks = others;
  }

  #set(state: BackgroundState): void {
    if (!this.#disposed) {
      this.#state = state;
      this.#changes.fire(state);
    }
  }
}
