import type { MemoryState } from '../../common/chatProtocol';
import type { Disposable } from '../../common/disposable';
import { Emitter } from '../../common/event';
import type { CompressParams } from '../../common/engineProtocol';
import type { CallOptions } from '../../common/rpc/client';
import type { CompressProgress, CompressReport } from '../../common/workspace';
import type { Engine } from '../engine/engine';

const unknown: MemoryState = { kind: 'unknown' };

/** Compresses on behalf of all features and knows how much of the workspace is in memory. */
export class WorkspaceMemory implements Disposable {
  readonly #changes = new Emitter<MemoryState>();
  #state: MemoryState = unknown;
  #resets = 0;

  readonly #activity = new Emitter<void>();
  /** The files of the compressions under way; undefined for all files. */
  readonly #running = new Set<{ readonly paths: ReadonlySet<string> | undefined }>();

  readonly onDidChange = this.#changes.event;
  /** Fires when a compression, of the workspace or of some files, begins or ends. */
  readonly onDidChangeActivity = this.#activity.event;

  constructor(private readonly engine: Engine) {}

  get state(): MemoryState {
    return this.#state;
  }

  /** True while a compression runs that the file is part of. */
  isCompressing(path: string): boolean {
    return [...this.#running].some(({ paths }) => paths?.has(path) ?? true);
  }

  /** Compresses every root whole; the state follows it. */
  async compressWorkspace(params: Omit<CompressParams, 'files'>, options: CallOptions<CompressProgress>): Promise<CompressReport> {
    const before = this.#state.kind === 'compressing' ? unknown : this.#state;
    const resets = this.#resets;
    // After a reset in the middle, nobody knows how much of what this call saw is still there.
    const settle = (state: MemoryState): void => this.#set(this.#resets === resets ? state : unknown);
    this.#set({ kind: 'compressing' });
    try {
      const report = await this.#compress(params, {
        ...options,
        onProgress: progress => {
          this.#set({ kind: 'compressing', progress });
          options.onProgress?.(progress);
        },
      });
      settle({ kind: 'known', files: report.files, tokens: report.tokens, slots: report.slots, skipped: report.skipped.length });
      return report;
    } catch (error) {
      settle(before);
      throw error;
    }
  }

  /** Compresses some files only; what is known of the workspace stays as it is. */
  compressFiles(params: CompressParams & { readonly files: NonNullable<CompressParams['files']> }, options: CallOptions<CompressProgress> = {}): Promise<CompressReport> {
    return this.#compress(params, options);
  }

  /** Forgets what was known, after the memory was cleared or the folders changed. */
  reset(): void {
    this.#resets++;
    if (this.#state.kind !== 'compressing') {
      this.#set(unknown);
    }
  }

  dispose(): void {
    this.#changes.dispose();
    this.#activity.dispose();
  }

  async #compress(params: CompressParams, options: CallOptions<CompressProgress>): Promise<CompressReport> {
    const running = { paths: params.files === undefined ? undefined : new Set(params.files.map(file => file.path)) };
    this.#running.add(running);
    this.#activity.fire();
    try {
      return await this.engine.call('compress', params, options);
    } finally {
      this.#running.delete(running);
      this.#activity.fire();
    }
  }

  #set(state: MemoryState): void {
    this.#state = state;
    this.#changes.fire(state);
  }
}
