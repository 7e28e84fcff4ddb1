import { open, writeFile, type FileHandle } from 'node:fs/promises';
import { ShorthandError, throwIfCancelled } from '../../common/errors';
import { encodeHalves } from '../safetensors/floats';
import type { DecoderPlan } from '../checkpoint/decoders/decoderPlan';
import type { Part } from '../checkpoint/parts';
import type { TensorSource } from '../safetensors/tensorSource';
import type { WriterHooks } from '../weights/weightWriter';

/** Writes `embeddings.f16`: the decoder's lookup table, raw little-endian float16 [vocabulary, width], row-major. */
export async function writeEmbeddings(file: string, { config, tensors }: Part<DecoderPlan>, hooks: WriterHooks): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    for await (const block of tensors.rowBlocks('model.embed_tokens.weight', config.shape.vocabulary, config.shape.width)) {
      throwIfCancelled(hooks.signal);
      await append(handle, encodeHalves(block.values));
      hooks.onValues(block.values.length);
    }
  } finally {
    await handle.close();
  }
}

/** Writes `specials.f32`: the encoder's vectors `rec` then `cont`, raw little-endian float32, each `width` long. */
export async function writeSpecials(file: string, store: TensorSource, width: number): Promise<void> {
  const both = [await store.vector('rec_tok.weight', width), await store.vector('cont_tok.weight', width)];
  await writeFile(file, Buffer.concat(both.map(vector => Buffer.from(vector.buffer))), { flag: 'wx' });
}

async function append(handle: FileHandle, halves: Uint16Array<ArrayBuffer>): Promise<void> {
  if (halves.some(half => (half & 0x7c00) === 0x7c00)) {
    throw new ShorthandError('bundle-unsupported', 'The decoder has embeddings that float16 can\'t hold.');
  }
  await handle.appendFile(new Uint8Array(halves.buffer));
}
