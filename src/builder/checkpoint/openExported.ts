import { join } from 'node:path';
import type { Ratio } from '../../common/bundle';
import { ShorthandError } from '../../common/errors';
import type { EncoderPlan, ProjectorPlan } from './encoders/encoderPlan';
import { trainedFrame, type FramePlan } from './framePlan';
import { openEncoder, openProjector, type Part } from './parts';
import { openSlotCode, type SlotCodePlan } from './slotCode';

export interface ExportedOptions {
  /** Id that the decoder gets in the bundle. */
  readonly decoder: string;
  /** Ratios in place of those that it was trained for. */
  readonly ratios?: readonly Ratio[] | undefined;
}

export interface ExportedCompressor {
  readonly encoder: Part<EncoderPlan>;
  /** Undefined where none was learnt. */
  readonly slotCode: Part<SlotCodePlan> | undefined;
  readonly projector: Part<ProjectorPlan>;
  readonly frame: FramePlan;
  close(): Promise<void>;
}

/**
 * Opens a compressor that `training/` paired with a decoder: `encoder/`, `projector/` and perhaps `slot-code/`, each with config.json and
 * safetensors. Its tokenizer.json is the encoder's.
 * Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported`.
 */
export async function openExported(folder: string, { decoder, ratios }: ExportedOptions): Promise<ExportedCompressor> {
  const encoder = await openEncoder(join(folder, 'encoder'));
  try {
    if (encoder.config.kind !== 'arc') {
      throw new ShorthandError('bundle-unsupported', `${folder}: only ARC encoders are paired with decoders.`);
    }
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
