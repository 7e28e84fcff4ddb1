import { join } from 'node:path';
import { addDecoder, type DecoderGraphOptions } from '../builder/graphs/decoder';
import { plainForm } from '../builder/graphs/layerForm';
import type { TransformerShape } from '../builder/graphs/layerParts';
import { writeGraph } from '../builder/output/graphFiles';
import type { TensorSource } from '../builder/safetensors/tensorSource';

const rotary = { theta: 10_000, size: 64, scaling: { kind: 'none' }, layout: 'halves' } as const;
const parts = { kvHeads: 2, headSize: 64, epsilon: 1e-6, rotary };

/** Has every kind of operator, and is small enough for a software renderer. */
export const smallShape = { ...parts, layers: 1, heads: 4, width: 256, inner: 256, vocabulary: 256 } as const satisfies TransformerShape;

/** Large enough that a graphics card can show what it is worth. */
export const largeShape = { ...parts, layers: 2, heads: 12, width: 768, inner: 2048, vocabulary: 1024 } as const satisfies TransformerShape;

/** Positions of the rotary tables. */
const positions = 512;

/**
 * Writes a decoder with the operators of real ones (attention over a cache, matrices of 4 and of 8 bits, fused norms) and weights out of a
 * generator. Returns the path of the graph in `folder`.
 */
export async function writeProbeModel(folder: string, name: string, shape: TransformerShape): Promise<string> {
  const file = `${name}.onnx`;
  const options: DecoderGraphOptions = {
    shape,
    form: { ...plainForm, queryKeyNorm: 'head' },
    positions,
    tiedHead: false,
    schemes: { layers: { kind: 'blocks', bits: 4, block: 32 }, head: { kind: 'blocks', bits: 8, block: 128 } },
  };
  await writeGraph(folder, { file, tensors: new GeneratedTensors(), add: writer => addDecoder(writer, options) }, { signal: undefined, onBytes: () => undefined });
  return join(folder, file);
}

/** `count` numbers between -scale and scale, the same for the same seed: a linear congruential generator is random enough. */
export function numbers(count: number, scale: number, seed: number): Float32Array<ArrayBuffer> {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state / 2 ** 31 - 1) * scale;
  });
}

/** Weights for a graph that has no checkpoint. */
class GeneratedTensors implements TensorSource {
  readonly folder = 'probe';
  #made = 0;

  vector(_name: string, length: number): Promise<Float32Array<ArrayBuffer>> {
    return Promise.resolve(numbers(length, 0.2, ++this.#made).map(value => 1 + value));
  }

  async *rowBlocks(_name: string, rows: number, columns: number): ReturnType<TensorSource['rowBlocks']> {
    // Products keep the size of their inputs, so that an error anywhere is seen at the end.
    yield await Promise.resolve({ firstRow: 0, rows, values: numbers(rows * columns, Math.sqrt(3 / columns), ++this.#made) });
  }

  requireMatrix(): void {
    // Every matrix is there.
  }

  has(): boolean {
    return true;
  }

  unread(): readonly string[] {
    return [];
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
