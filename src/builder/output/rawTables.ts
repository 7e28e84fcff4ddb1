import { writeFile } from 'node:fs/promises';
import type { DecoderPlan } from '../checkpoint/decoders/decoderPlan';
import type { Part } from '../checkpoint/parts';
import type { SlotCodePlan } from '../checkpoint/slotCode';
import { ExternalData, type Resumption } from '../onnx/externalData';
import { Graph } from '../onnx/graph';
import { encodeHalves } from '../safetensors/floats';
import type { TensorSource } from '../safetensors/tensorSource';
import { requireHalves, WeightWriter, type WriterHooks } from '../weights/weightWriter';

const table = 'model.embed_tokens.weight';

/** Rows between two points that an interrupted run can be gone on from. A multiple of 64, so that no gap is left for alignment. */
const rowsAtOnce = 4096;

/** Bytes of `embeddings.f16`. Errors: `bundle-corrupt`, `bundle-unsupported`: the table is missing or has another shape. */
export function measureEmbeddings({ config: { shape }, tensors }: Part<DecoderPlan>): number {
  tensors.requireMatrix(table, shape.vocabulary, shape.width);
  return shape.vocabulary * shape.width * 2;
}

/**
 * Writes `embeddings.f16`: the decoder's lookup table, raw little-endian float16 [vocabulary, width], row-major, all of it or what an earlier
 * run has left to do. Errors: `bundle-corrupt`, `bundle-unsupported`, `cancelled`.
 */
export async function writeEmbeddings(file: string, part: Part<DecoderPlan>, hooks: WriterHooks, resumption?: Resumption): Promise<void> {
  const { vocabulary, width } = part.config.shape;
  measureEmbeddings(part);
  const data = await ExternalData.create(file, resumption);
  try {
    const writer = new WeightWriter(new Graph('embeddings'), part.tensors, data, hooks);
    for (let firstRow = 0; firstRow < vocabulary; firstRow += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, vocabulary - firstRow);
      await writer.table(`embeddings.${firstRow}`, { parts: [{ tensor: table, rows, firstRow }], columns: width }, 'float16');
    }
    await data.finish();
  } finally {
    await data.close();
  }
}

/** ARC's `specials.f32`: the encoder's vectors `rec` then `cont`, raw little-endian float32, each `width` long. */
export async function arcSpecials(store: TensorSource, width: number): Promise<Uint8Array> {
  const both = [await store.vector('rec_tok.weight', width), await store.vector('cont_tok.weight', width)];
  return Buffer.concat(both.map(vector => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)));
}

/** `centroids.f16`: raw little-endian float16 [parts, centroids, partWidth]. Errors: `bundle-corrupt`, `bundle-unsupported`. */
export async function centroidTable({ config: { parts, centroids, partWidth }, tensors }: Part<SlotCodePlan>): Promise<Uint8Array> {
  const halves = requireHalves(encodeHalves(await tensors.vector('centroids', parts * centroids * partWidth)), 'centroids', tensors.folder);
  return new Uint8Array(halves.buffer);
}

export async function writeSpecials(file: string, store: TensorSource, width: number): Promise<void> {
  await writeFile(file, await arcSpecials(store, width));
}
