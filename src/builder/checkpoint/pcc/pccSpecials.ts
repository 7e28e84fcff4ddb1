import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { ShorthandError } from '../../../common/errors';
import { TensorStore } from '../../safetensors/tensorStore';
import { openTorchFile } from '../../torch/torchFile';
import type { DecoderPlan } from '../decoders/decoderPlan';
import { readConfig, type Part } from '../parts';

/** What stands around a segment's slots, and in front of a text that is to be said again. Source: PCC/model/model.py. */
const tokens = ['<mem>', '<ae>', '</mem>'] as const;

/** `llama3_8b_special_token_patch.pt`: the three rows alone, for a decoder as it was published. */
const patchEnding = 'special_token_patch.pt';

const tokenizerSchema = v.object({ added_tokens: v.array(v.object({ id: v.number(), content: v.string() })) });

/**
 * PCC's rows of the decoder's embedding space, [3, decoder width]: `<mem>`, `<ae>`, `</mem>`; from a patch in one of `folders`, or from the
 * decoder's own table where its tokenizer has these tokens. Errors: `bundle-missing` when there is neither, `bundle-corrupt`.
 */
export async function readPccSpecials(decoder: Part<DecoderPlan>, folders: readonly string[]): Promise<Float32Array<ArrayBuffer>> {
  const { width } = decoder.config.shape;
  for (const folder of folders) {
    const name = (await readdir(folder).catch(() => [])).find(file => file.endsWith(patchEnding));
    if (name !== undefined) {
      const store = new TensorStore(folder, [await openTorchFile(join(folder, name))]);
      try {
        return await store.vector('embedding', tokens.length * width);
      } finally {
        await store.close();
      }
    }
  }
  return ownRows(decoder);
}

async function ownRows({ config: { shape }, tensors }: Part<DecoderPlan>): Promise<Float32Array<ArrayBuffer>> {
  const tokenizer = await readConfig(join(tensors.folder, 'tokenizer.json'), tokenizerSchema);
  const rows = new Float32Array(tokens.length * shape.width);
  for (const [i, token] of tokens.entries()) {
    const id = tokenizer.added_tokens.find(({ content }) => content === token)?.id;
    if (id === undefined || id >= shape.vocabulary) {
      throw new ShorthandError('bundle-missing', `PCC needs the decoder's rows of ${tokens.join(', ')}: put llama3_8b_${patchEnding} into ${tensors.folder}, or take a decoder that was published with these tokens.`);
    }
    rows.set(await tensors.vector('model.embed_tokens.weight', shape.width, id * shape.width), i * shape.width);
  }
  return rows;
}
