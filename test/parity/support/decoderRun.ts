import { join } from 'node:path';
import { openDecoder } from '../../../src/builder/checkpoint/parts';
import type { TransformerShape } from '../../../src/builder/graphs/layerParts';
import { decoderGraph, writeGraph } from '../../../src/builder/output/graphFiles';
import type { BuildQuantisation } from '../../../src/builder/weights/schemes';
import type { OnnxSession } from '../../../src/engine/runtime/onnxRuntime';
import { float32, float32Zeros, int32, int64, type NamedTensors } from '../../../src/engine/runtime/tensor';
import { temporaryFolder } from './files';
import { loadGraph } from './runtime';

export const noHooks = { signal: undefined, onBytes: () => undefined };

/** Builds a decoder's graph alone and loads it with an empty cache of `capacity` positions. */
export async function startDecoder(checkpoint: string, quantisation: BuildQuantisation['decoder'], capacity: number): Promise<DecoderRun> {
  const folder = temporaryFolder();
  const part = await openDecoder(checkpoint);
  try {
    await writeGraph(folder, decoderGraph(part, quantisation), noHooks);
  } finally {
    await part.tensors.close();
  }
  return new DecoderRun(await loadGraph(join(folder, 'decoder.onnx')), part.config.shape, capacity);
}

/** A decoder with its cache: each call reads on where the last one ended. */
export class DecoderRun {
  readonly #past: NamedTensors;
  readonly #present: NamedTensors;
  #total = 0;

  constructor(
    private readonly session: OnnxSession,
    private readonly shape: TransformerShape,
    capacity: number,
  ) {
    const buffers = Array.from({ length: shape.layers }, (_, layer) =>
      ['key', 'value'].map(role => ({ layer, role, tensor: float32Zeros([1, shape.kvHeads, capacity, shape.headSize]) })),
    ).flat();
    this.#past = Object.fromEntries(buffers.map(({ layer, role, tensor }) => [`past_key_values.${layer}.${role}`, tensor]));
    this.#present = Object.fromEntries(buffers.map(({ layer, role, tensor }) => [`present.${layer}.${role}`, tensor]));
  }

  /** Reads `embeds` [positions, width]; gives the logits of `rows`, all of them when absent. */
  async read(embeds: Float32Array, rows = Array.from({ length: embeds.length / this.shape.width }, (_, row) => row)): Promise<Float32Array> {
    const positions = embeds.length / this.shape.width;
    this.#total += positions;
    const logits = float32(new Float32Array(rows.length * this.shape.vocabulary).fill(NaN), [rows.length, this.shape.vocabulary]);
    const inputs: NamedTensors = {
      ...this.#past,
      inputs_embeds: float32(embeds, [1, positions, this.shape.width]),
      seqlens_k: int32(Int32Array.of(this.#total - 1), [1]),
      total_sequence_length: int32(Int32Array.of(this.#total), []),
      logit_rows: int64(BigInt64Array.from(rows, BigInt), [rows.length]),
    };
    await this.session.run(inputs, { ...this.#present, logits });
    return logits.data;
  }
}

