import type { DecoderSpec } from '../../common/bundle';
import type { Disposable } from '../../common/disposable';
import { ShorthandError, throwIfCancelled } from '../../common/errors';
import type { Bundle } from '../bundle/openBundle';
import type { OnnxRuntime, OnnxSession, SessionOptions } from '../runtime/onnxRuntime';
import { DecoderRun } from './decoderRun';
import { EmbeddingTable } from './embeddingTable';
import { allocateKvCache, type KvCache } from './kvCache';
import { commonPrefix, embedPositions, positionKeys, type PositionKey, type DecoderSegment } from './prompt';

export interface DecoderOptions extends SessionOptions {
  /** Positions that the KV cache holds; the decoder's own limit when absent or larger. */
  readonly capacity?: number;
  /** Most positions that are read in one run; `longestChunk` when absent. */
  readonly chunk?: number;
}

export interface ReadOptions {
  /** Ends the read within one chunk; what was read stays in the cache. */
  readonly signal?: AbortSignal;
  /** Called after every chunk with the positions that are in the cache, reused ones included. */
  readonly onProgress?: (positions: number) => void;
}

export interface PrefillResult {
  /** float32 [vocabulary] of the prompt's last position. Valid until the next call. */
  readonly logits: Float32Array;
  /** Positions of the prompt. */
  readonly positions: number;
  /** Of these, positions that were in the cache from the prompt before. */
  readonly reused: number;
}

/** Most positions read in one run: enough to use the matrix units, and cancelling takes one run at most. */
export const longestChunk = 256;

/**
 * The frozen language model. Remembers what its KV cache holds, so that a prompt that starts like the one before is only read from where
 * it differs. One call at a time: a second one while the first is under way is an `internal` error.
 */
export class Decoder implements Disposable {
  readonly #session: OnnxSession;
  readonly #table: EmbeddingTable;
  readonly #cache: KvCache;
  readonly #step: DecoderRun;
  /** What the cache's valid positions hold, in order. */
  readonly #keys: PositionKey[] = [];
  #busy = false;

  private constructor(
    readonly spec: DecoderSpec,
    session: OnnxSession,
    table: EmbeddingTable,
    capacity: number,
    private readonly chunk: number,
  ) {
    this.#session = session;
    this.#table = table;
    this.#cache = allocateKvCache(session, spec, capacity);
    this.#step = new DecoderRun(session, this.#cache, spec, 1, 1);
  }

  /** Errors: `bundle-corrupt`, `bundle-unsupported`, `out-of-memory`. */
  static async open(runtime: OnnxRuntime, bundle: Bundle, { threads, capacity = Infinity, chunk = longestChunk }: DecoderOptions): Promise<Decoder> {
    const spec = bundle.manifest.decoder;
    const table = await EmbeddingTable.read(bundle.file(spec.embeddings), spec.vocabulary, spec.width);
    const session = await runtime.load(bundle.file(spec.graph), { threads, graph: 'decoder' });
    try {
      return new Decoder(spec, session, table, Math.min(capacity, spec.positions), chunk);
    } catch (error) {
      session.dispose();
      throw error;
    }
  }

  /**
   * A decoder over the same session with a KV cache of its own, for what must not push a conversation out of this one's. It ends with this
   * one; runs of the two may not overlap.
   */
  fork(capacity: number): Decoder {
    return new Decoder(this.spec, this.#session, this.#table, Math.min(capacity, this.capacity), this.chunk);
  }

  /** Most positions of a prompt and its continuation together. */
  get capacity(): number {
    return this.#cache.capacity;
  }

  /** Positions that are in the cache. */
  get length(): number {
    return this.#keys.length;
  }

  /** Writes the embeddings of tokens, float32 [ids, width], to the start of `into`. */
  embed(ids: ArrayLike<number>, into: Float32Array): void {
    this.#table.lookUp(ids, into);
  }

  /**
   * Reads a prompt, in chunks, from where it differs from what is in the cache.
   * Errors: `prompt-too-long`, `cancelled`, `out-of-memory`, `internal` (an empty prompt).
   */
  async prefill(prompt: readonly DecoderSegment[], options: ReadOptions = {}): Promise<PrefillResult> {
    const positions = positionKeys(prompt, this.spec.width).length;
    let last: Float32Array = new Float32Array(0);
    const reused = await this.read(prompt, positions - 1, (_, logits) => (last = logits), options);
    return { logits: last, positions, reused };
  }

  /**
   * Reads a prompt and reports the logits of every position from `firstLogits` on, in order (float32 [vocabulary], valid during the call).
   * Returns the number of positions that were reused. Errors as for `prefill`.
   */
  async read(
    prompt: readonly DecoderSegment[],
    firstLogits: number,
    onLogits: (position: number, logits: Float32Array) => void,
    { signal, onProgress }: ReadOptions = {},
  ): Promise<number> {
    const keys = positionKeys(prompt, this.spec.width);
    if (keys.length === 0 || firstLogits < 0 || firstLogits >= keys.length) {
      throw new ShorthandError('internal', `No logits can be given for position ${firstLogits} of a prompt of ${keys.length}.`);
    }
    if (keys.length > this.capacity) {
      throw new ShorthandError('prompt-too-long', `The prompt takes ${keys.length} positions, the decoder has ${this.capacity}.`);
    }
    return this.#exclusive(async () => {
      const reused = Math.min(commonPrefix(this.#keys, keys), firstLogits);
      this.#keys.length = reused;
      for (let first = reused; first < keys.length; first += this.chunk) {
        throwIfCancelled(signal);
        const end = Math.min(first + this.chunk, keys.length);
        await this.#readChunk(prompt, first, end, firstLogits, onLogits, signal);
        this.#keys.push(...keys.slice(first, end));
        onProgress?.(end);
      }
      return reused;
    });
  }

  /**
   * Appends one token and gives the logits after it: float32 [vocabulary], valid until the next call. A step that fails or is cancelled
   * leaves the cache as it was. Errors: `prompt-too-long` when the cache is full, `cancelled`, `internal`.
   */
  async step(token: number, signal?: AbortSignal): Promise<Float32Array> {
    if (this.length >= this.capacity) {
      throw new ShorthandError('prompt-too-long', `All of the decoder's ${this.capacity} positions are used.`);
    }
    return this.#exclusive(async () => {
      this.#table.lookUp([token], this.#step.embeddings);
      await this.#step.run(this.length, signal);
      this.#keys.push(token);
      return this.#step.logits;
    });
  }

  /** Frees the session. A call under way ends with `cancelled`. */
  dispose(): void {
    this.#session.dispose();
  }

  /** Reads positions `first` .. `end - 1` and reports the logits of those from `firstLogits` on. */
  async #readChunk(
    prompt: readonly DecoderSegment[],
    first: number,
    end: number,
    firstLogits: number,
    onLogits: (position: number, logits: Float32Array) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const firstRow = Math.min(Math.max(first, firstLogits), end);
    const run = new DecoderRun(this.#session, this.#cache, this.spec, end - first, end - firstRow);
    try {
      embedPositions(prompt, this.#table, first, end, run.embeddings);
      await run.run(first, signal);
    } finally {
      run.dispose();
    }
    const { vocabulary } = this.spec;
    for (let position = firstRow; position < end; position++) {
      const row = (position - firstRow) * vocabulary;
      onLogits(position, run.logits.subarray(row, row + vocabulary));
    }
  }

  /** Two runs at once would write each other's rows of the cache. */
  async #exclusive<T>(task: () => Promise<T>): Promise<T> {
    if (this.#busy) {
      throw new ShorthandError('internal', 'The decoder was called while it was busy.');
    }
    this.#busy = true;
    try {
      return await task();
    } finally {
      this.#busy = false;
    }
  }
}
