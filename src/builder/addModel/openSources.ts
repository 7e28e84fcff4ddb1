import { readdir } from 'node:fs/promises';
import type { AddModelParams, CompressorSource } from '../../common/builderProtocol';
import type { Ratio } from '../../common/bundle';
import { ShorthandError } from '../../common/errors';
import { openArc } from '../checkpoint/arc/openArc';
import type { DecoderPlan } from '../checkpoint/decoders/decoderPlan';
import type { OpenCompressor } from '../checkpoint/openCompressor';
import { openExported } from '../checkpoint/openExported';
import { openDecoder, type Part } from '../checkpoint/parts';
import { openPcc } from '../checkpoint/pcc/openPcc';

/** The networks that a bundle is made of, open for streaming. */
export interface Sources {
  readonly decoder: Part<DecoderPlan>;
  readonly compressor: OpenCompressor | undefined;
  close(): Promise<void>;
}

/** Tokens of a window that ARC and PCC were trained with. */
const trainedWindow = 256;

/** Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported`; among them that the compressor was trained for a decoder of another width. */
export async function openSources({ decoderFolder, compressor: source }: AddModelParams, decoderId: string): Promise<Sources> {
  const decoder = await openDecoder(decoderFolder);
  let compressor: OpenCompressor | undefined;
  const close = async (): Promise<void> => {
    await Promise.all([decoder.tensors.close(), compressor?.close()]);
  };
  try {
    compressor = source === undefined ? undefined : await openCompressor(source, decoderId);
    if (compressor !== undefined) {
      requireFit(compressor, decoder.config);
    }
    return { decoder, compressor, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openCompressor({ folder, baseFolder, bridge, ratio, window = trainedWindow }: CompressorSource, decoder: string): Promise<OpenCompressor> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new ShorthandError('bundle-missing', `${folder} can't be read.`, { cause: error });
  });
  if (names.includes('memory_converter.bin')) {
    return openPcc(folder, { decoder, ratio: ratio ?? ratioInName(folder) ?? 4, window, baseFolder });
  }
  const ratios = ratio === undefined ? undefined : [ratio];
  if (names.includes('encoder') && names.includes('projector')) {
    return openExported(folder, { decoder, ratios });
  }
  if (names.includes('embedder') || names.some(name => /\.(ya?ml|safetensors)$/.test(name))) {
    return openArc(folder, { decoder, decoderIndex: bridge, ratios, window });
  }
  throw new ShorthandError('bundle-unsupported', `${folder} holds no compressor: an ARC-Encoder, PCC's memory_converter.bin or an export of training/ is expected.`);
}

/** PCC's repositories end like `PCC-Lite-4x`. */
function ratioInName(folder: string): Ratio | undefined {
  const found = /-(4|8|16)x(@|$|\/)/.exec(folder)?.[1];
  switch (found) {
    case '4': return 4;
    case '8': return 8;
    case '16': return 16;
    default: return undefined;
  }
}

function requireFit({ encoder, projector: { config } }: OpenCompressor, { shape }: DecoderPlan): void {
  if (config.inWidth !== encoder.config.shape.width) {
    throw new ShorthandError('bundle-corrupt', `The compressor's encoder is ${encoder.config.shape.width} wide, its projector takes ${config.inWidth}.`);
  }
  if (config.outWidth !== shape.width) {
    throw new ShorthandError('bundle-unsupported', `The compressor was made for a decoder that is ${config.outWidth} wide; this one is ${shape.width} wide.`);
  }
}
