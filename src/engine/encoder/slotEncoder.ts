import type { Disposable } from '../../common/disposable';
import type { CompressorSpec, EncoderSpec, Ratio } from '../../common/bundle';
import { ShorthandError, throwIfCancelled } from '../../common/errors';
import type { Bundle } from '../bundle/openBundle';
import type { OnnxRuntime, OnnxSession, SessionOptions } from '../runtime/onnxRuntime';
import { float32Zeros } from '../runtime/tensor';
import { batchByLength } from './batches';
import { encoderInputs } from './encoderInputs';
import { slotCount } from './pooling';

export interface EncodeOptions {
  /** Checked between batches, and ends the batch under way. */
  readonly signal?: AbortSignal;
  /** Called for every window as its batch is done, so that a cancelled call keeps what it has. Slots: float32 [S, width]. */
  readonly onWindow?: (index: number, slots: Float32Array) => void;
}

/** Most tokens in a batch, padding included: enough rows to use the matrix units, few enough to bound memory and the time to a cancel. */
const batchTokens = 1024;

/** Turns windows of tokens into slots in the encoder's own space (before any projector). */
export class SlotEncoder implements Disposable {
  readonly spec: EncoderSpec;
  readonly #session: OnnxSession;

  private constructor(spec: EncoderSpec, session: OnnxSession) {
    this.spec = spec;
    this.#session = session;
  }

  static async open(runtime: OnnxRuntime, bundle: Bundle, { encoder }: CompressorSpec, options: SessionOptions): Promise<SlotEncoder> {
    return new SlotEncoder(encoder, await runtime.load(bundle.file(encoder.graph), { ...options, graph: 'encoder' }));
  }

  /** Slots that a window of `tokens` tokens becomes. */
  slotCount(tokens: number, ratio: Ratio): number {
    return slotCount(this.spec, tokens, ratio);
  }

  /**
   * Encodes windows of at most `spec.window` tokens. Returns slots in the order of the windows: row-major float32 [S, width], S being
   * `slotCount`; none for an empty window. Errors: `cancelled`, `out-of-memory`, `internal`.
   */
  async encode(windows: readonly Int32Array[], ratio: Ratio, { signal, onWindow }: EncodeOptions = {}): Promise<Float32Array[]> {
    this.#check(windows, ratio);
    const results: Float32Array[] = windows.map(() => new Float32Array(0));
    const filled = windows.flatMap((window, index) => (window.length > 0 ? [{ window, index }] : []));
    for (const batch of batchByLength(filled.map(({ window }) => window.length), batchTokens)) {
      throwIfCancelled(signal);
      const members = batch.flatMap(position => filled[position] ?? []);
      const encoded = await this.#encodeBatch(members.map(({ window }) => window), ratio, signal);
      members.forEach(({ index }, row) => {
        const slots = encoded[row] ?? new Float32Array(0);
        results[index] = slots;
        onWindow?.(index, slots);
      });
    }
    return results;
  }

  dispose(): void {
    this.#session.dispose();
  }

  async #encodeBatch(windows: readonly Int32Array[], ratio: Ratio, signal: AbortSignal | undefined): Promise<readonly Float32Array[]> {
    const { width } = this.spec;
    const { inputs, slots } = encoderInputs(this.spec, windows, ratio);
    const output = float32Zeros([windows.length, slots, width]);
    await this.#session.run(inputs, { slots: output }, signal);
    return windows.map((window, row) => {
      const start = row * slots * width;
      return output.data.slice(start, start + slotCount(this.spec, window.length, ratio) * width);
    });
  }

  #check(windows: readonly Int32Array[], ratio: Ratio): void {
    if (!this.spec.ratios.includes(ratio)) {
      throw new ShorthandError('internal', `The encoder was trained for the ratios ${this.spec.ratios.join(', ')}, not ${ratio}.`);
    }
    const tooLong = windows.find(window => window.length > this.spec.window);
    if (tooLong !== undefined) {
      throw new ShorthandError('internal', `A window has ${tooLong.length} tokens, the encoder takes ${this.spec.window}.`);
    }
  }
}
