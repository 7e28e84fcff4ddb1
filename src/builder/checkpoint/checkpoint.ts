import { join } from 'node:path';
import * as v from 'valibot';
import { ShorthandError } from '../../common/errors';
import { bundleMetaSchema, type BundleMeta } from './configs';
import type { DecoderPlan } from './decoders/decoderPlan';
import type { EncoderPlan, ProjectorPlan } from './encoders/encoderPlan';
import { openDecoder, openEncoder, openProjector, readConfig, type Part } from './parts';
import { openSlotCode, type SlotCodePlan } from './slotCode';

/** A trained model as training exports it. */
export interface Checkpoint {
  readonly meta: BundleMeta;
  readonly tokenizerFile: string;
  readonly decoder: Part<DecoderPlan>;
  readonly encoder: Part<EncoderPlan>;
  /** Undefined where none was learnt. */
  readonly slotCode: Part<SlotCodePlan> | undefined;
  readonly projector: Part<ProjectorPlan>;
  close(): Promise<void>;
}

/** Errors: `bundle-missing` (a file is absent), `bundle-corrupt`, `bundle-unsupported` (an architecture that the graphs don't compute). */
export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  const meta = await readConfig(join(folder, 'bundle-meta.json'), bundleMetaSchema);
  const tokenizerFile = join(folder, 'tokenizer.json');
  await checkTokenizer(tokenizerFile, meta.template);
  const opened: Part<unknown>[] = [];
  const keep = async <P extends Part<unknown> | undefined>(opening: Promise<P>): Promise<P> => {
    const part = await opening;
    if (part !== undefined) {
      opened.push(part);
    }
    return part;
  };
  const close = async () => {
    await Promise.all(opened.map(part => part.tensors.close()));
  };
  try {
    const decoder = await keep(openDecoder(join(folder, 'decoder')));
    const encoder = await keep(openEncoder(join(folder, 'encoder')));
    const slotCode = await keep(openSlotCode(folder, encoder.config));
    const projector = await keep(openProjector(join(folder, 'projector')));
    checkFit(meta, decoder.config, encoder.config, projector.config);
    return { meta, tokenizerFile, decoder, encoder, slotCode, projector, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function checkFit(meta: BundleMeta, { shape: decoder }: DecoderPlan, { shape: encoder }: EncoderPlan, projector: ProjectorPlan): void {
  if (projector.inWidth !== encoder.width || projector.outWidth !== decoder.width) {
    throw new ShorthandError(
      'bundle-corrupt',
      `The projector maps ${projector.inWidth} to ${projector.outWidth} values; encoder and decoder are ${encoder.width} and ${decoder.width} wide.`,
    );
  }
  if (projector.decoder !== meta.decoder_id) {
    throw new ShorthandError('bundle-corrupt', `The projector was trained for "${projector.decoder}", the decoder is "${meta.decoder_id}".`);
  }
}

const tokenizerSchema = v.object({ added_tokens: v.array(v.object({ content: v.string() })) });

/** Every special token of the prompt template must be one in `tokenizer.json`. */
async function checkTokenizer(file: string, template: BundleMeta['template']): Promise<void> {
  const tokenizer = await readConfig(file, tokenizerSchema);
  const known = new Set(tokenizer.added_tokens.map(token => token.content));
  const absent = Object.values(template).filter(token => !known.has(token));
  if (absent.length > 0) {
    throw new ShorthandError('bundle-corrupt', `${file}: the template's tokens ${absent.join(', ')} are not among its special tokens.`);
  }
}
