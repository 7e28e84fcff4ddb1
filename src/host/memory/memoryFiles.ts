import { Emitter } from '../../common/event';
import type { Disposable } from '../../common/disposable';
import type { MemoryStats } from '../../common/engineProtocol';
import { isCancellation, type ErrorCode } from '../../common/errors';
import type { MemoryList, Workspace } from '../../common/workspace';
import type { Engine } from '../engine/engine';
import { errorCodeOf } from '../errorText';
import type { ReadWorkspace } from './currentWorkspace';

/** What the engine said last of the workspace's files. */
export type ListState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'failed'; readonly code: ErrorCode }
  /** `workspace` is what the list was made for; `stats` is for all workspaces. */
  | { readonly kind: 'listed'; readonly list: MemoryList; readonly stats: MemoryStats; readonly workspace: Workspace };

/** The list of what is in memory of each file, read from the engine when somebody asks. */
export class MemoryFiles implements Disposable {
  readonly #changes = new Emitter<ListState>();
  readonly onDidChange = this.#changes.event;
  #state: ListState = { kind: 'unknown' };
  #running: Promise<unknown> = Promise.resolve();
  #next: Promise<MemoryList> | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly readWorkspace: ReadWorkspace,
  ) {}

  get state(): ListState {
    return this.#state;
  }

  /**
   * Reads the list anew. Whoever asks while it is being read shares one further reading, which begins after that: so the answer is never
   * older than the question. Errors: those of the engine.
   */
  refresh(): Promise<MemoryList> {
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      const reading = this.#read();
      this.#running = reading.catch(() => undefined);
      return reading;
    });
    return this.#next;
  }

  /** Forgets the list: after memory was cleared, or the workspace is another. */
  reset(): void {
    this.#set({ kind: 'unknown' });
  }

  dispose(): void {
    this.#changes.dispose();
  }

  async #read(): Promise<MemoryList> {
    const workspace = this.readWorkspace();
    try {
      const [list, stats] = await Promise.all([this.engine.call('files', { workspace }), this.engine.call('memory', undefined)]);
      this.#set({ kind: 'listed', list, stats, workspace });
      return list;
    } catch (error) {
      if (!isCancellation(error)) {
        this.#set({ kind: 'failed', code: errorCodeOf(error) });
      }
      throw error;
    }
  }

  #set(state: ListState): void {
    this.#state = state;
    this.#changes.fire(state);
  }
}
