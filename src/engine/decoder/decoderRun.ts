import type { Disposable } from '../../common/disposable';
import type { OnnxBinding, OnnxSession } from '../runtime/onnxRuntime';
import { float32Zeros, int32, int64 } from '../runtime/tensor';
import type { KvCache } from './kvCache';

/**
 * The decoder's graph tied to the KV cache for runs of `positions` positions, of which the last `logitRows` get logits. Repeats without
 * any allocation.
 */
export class DecoderRun implements Disposable {
  /** float32 [positions, width]: filled in before a run. */
  readonly embeddings: Float32Array;
  /** float32 [logitRows, vocabulary]: what a run gives. */
  readonly logits: Float32Array;
  readonly #binding: OnnxBinding;
  readonly #lastPosition = new Int32Array(1);
  readonly #total = new Int32Array(1);

  constructor(
    session: OnnxSession,
    cache: KvCache,
    { width, vocabulary }: { readonly width: number; readonly vocabulary: number },
    readonly positions: number,
    readonly logitRows: number,
  ) {
    const embeddings = float32Zeros([1, positions, width]);
    const logits = float32Zeros([logitRows, vocabulary]);
    const rows = BigInt64Array.from({ length: logitRows }, (_, row) => BigInt(positions - logitRows + row));
    this.embeddings = embeddings.data;
    this.logits = logits.data;
    this.#binding = session.bind(
      {
        inputs_embeds: embeddings,
        seqlens_k: int32(this.#lastPosition, [1]),
        total_sequence_length: int32(this.#total, []),
        logit_rows: int64(rows, [logitRows]),
        ...cache.past,
      },
      { logits, ...cache.present },
    );
  }

  /** Reads `embeddings` at the positions from `first` on; everything before them is in the cache. */
  async run(first: number, signal?: AbortSignal): Promise<void> {
    const total = first + this.positions;
    this.#total[0] = total;
    this.#lastPosition[0] = total - 1;
    await this.#binding.run(signal);
  }

  dispose(): void {
    this.#binding.dispose();
  }
}
