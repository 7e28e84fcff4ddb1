import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { ShorthandError } from '../../common/errors';
import { TensorStore } from '../safetensors/tensorStore';
import {
  bundleMetaSchema, decoderConfigSchema, encoderConfigSchema, projectorConfigSchema,
  type BundleMeta, type DecoderConfig, type EncoderConfig, type ProjectorConfig,
} from './configs';
import { checkTokenizer } from './tokenizerFile';

/** A trained model as training exports it: configurations read and checked, tensors open for streaming. */
export interface Checkpoint {
  readonly meta: BundleMeta;
  readonly tokenizerFile: string;
  readonly decoder: { readonly config: DecoderConfig; readonly tensors: TensorStore };
  readonly encoder: { readonly config: EncoderConfig; readonly tensors: TensorStore };
  readonly projector: { readonly config: ProjectorConfig; readonly tensors: TensorStore };
  close(): Promise<void>;
}

/** Errors: `bundle-missing` (a file is absent), `bundle-corrupt`, `bundle-unsupported` (an architecture that the graphs don't compute). */
export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  const meta = await readConfig(join(folder, 'bundle-meta.json'), bundleMetaSchema);
  const tokenizerFile = join(folder, 'tokenizer.json');
  await checkTokenizer(tokenizerFile, meta.template);
  const decoder = await readConfig(join(folder, 'decoder', 'config.json'), decoderConfigSchema);
  const encoder = await readConfig(join(folder, 'encoder', 'config.json'), encoderConfigSchema);
  const projector = await readConfig(join(folder, 'projector', 'config.json'), projectorConfigSchema);
  checkWidths(meta, decoder, encoder, projector);
  const stores: TensorStore[] = [];
  const close = async () => {
    await Promise.all(stores.map(store => store.close()));
  };
  try {
    const open = async (part: string) => {
      const store = await TensorStore.open(join(folder, part));
      stores.push(store);
      return store;
    };
    return {
      meta,
      tokenizerFile,
      decoder: { config: decoder, tensors: await open('decoder') },
      encoder: { config: encoder, tensors: await open('encoder') },
      projector: { config: projector, tensors: await open('projector') },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function checkWidths(meta: BundleMeta, decoder: DecoderConfig, encoder: EncoderConfig, projector: ProjectorConfig): void {
  if (projector.in_size !== encoder.hidden_size || projector.out_size !== decoder.hidden_size) {
    throw new ShorthandError(
      'bundle-corrupt',
      `The projector maps ${projector.in_size} to ${projector.out_size} values; encoder and decoder are ${encoder.hidden_size} and ${decoder.hidden_size} wide.`,
    );
  }
  if (projector.decoder !== meta.decoder_id) {
    throw new ShorthandError('bundle-corrupt', `The projector was trained for "${projector.decoder}", the decoder is "${meta.decoder_id}".`);
  }
}

async function readConfig<S extends v.GenericSchema>(file: string, schema: S): Promise<v.InferOutput<S>> {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), await readText(file));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const where = v.getDotPath(issue);
    // A literal that differs is a valid configuration of something else.
    const code = issue.type === 'literal' || issue.type === 'picklist' || issue.type === 'variant' ? 'bundle-unsupported' : 'bundle-corrupt';
    throw new ShorthandError(code, `${file}${where === null ? '' : `, "${where}"`}: ${issue.message}.`);
  }
  return parsed.output;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ShorthandError('bundle-missing', `${file} can't be read.`, { cause: error });
  }
}
