import { join } from 'node:path';
import type { Ratio } from '../../common/bundle';
import { trainedFrame } from './framePlan';
import type { OpenCompressor } from './openCompressor';
import { openEncoder, openProjector } from './parts';
import { openSlotCode } from './slotCode';

export interface ExportedOptions {
  /** Id that the decoder gets in the bundle. */
  readonly decoder: string;
  /** Ratios in place of those that it was trained for. */
  readonly ratios?: readonly Ratio[] | undefined;
}

/**
 * Opens a compressor that `training/` paired with a decoder: `encoder/`, `projector/` and perhaps `slot-code/`, each with config.json and
 * safetensors. Its tokenizer.json is the encoder's.
 * Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported`.
 */
export async function openExported(folder: string, { decoder, ratios }: ExportedOptions): Promise<OpenCompressor> {
  const encoder = await openEncoder(join(folder, 'encoder'));
  try {
    const projector = await openProjector(join(folder, 'projector'));
    const slotCode = await openSlotCode(folder, encoder.config).catch(async (error: unknown) => {
      await projector.tensors.close();
      throw error;
    });
    return {
      encoder: { ...encoder, config: { ...encoder.config, ratios: ratios ?? encoder.config.ratios } },
      slotCode,
      projector: { ...projector, config: { ...projector.config, decoder } },
      frame: trainedFrame,
      close: async () => {
        await Promise.all([encoder.tensors.close(), slotCode?.tensors.close(), projector.tensors.close()]);
      },
    };
  } catch (error) {
    await encoder.tensors.close();
    throw error;
  }
}
