import { join } from 'node:path';
import { corrupt } from '../safetensors/header';
import { TensorStore } from '../safetensors/tensorStore';
import { slotCodeConfigSchema } from './configs';
import type { EncoderPlan } from './encoders/encoderPlan';
import { isThere } from './isThere';
import { readConfig, type Part } from './parts';

/** A product code of slots: one byte for each of `parts`, which have `partWidth` values and `centroids` to choose from. */
export interface SlotCodePlan {
  readonly kind: 'product';
  /** Of a slot. */
  readonly width: number;
  readonly parts: number;
  readonly partWidth: number;
  readonly centroids: number;
}

/**
 * Opens the code that belongs to the encoder of an export of `training/`: `slot-code/` with config.json and safetensors (`forth`, `back`,
 * `centroids`). Undefined where there is none: slots are kept as float16 then. Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported`.
 */
export async function openSlotCode(exported: string, { shape }: EncoderPlan): Promise<Part<SlotCodePlan> | undefined> {
  const folder = join(exported, 'slot-code');
  if (!(await isThere(folder))) {
    return undefined;
  }
  const { kind, width, parts, part_width, centroids } = await readConfig(join(folder, 'config.json'), slotCodeConfigSchema);
  if (width !== shape.width) {
    throw corrupt(folder, `it codes slots of ${width} values, the encoder's have ${shape.width}`);
  }
  return { config: { kind, width, parts, partWidth: part_width, centroids }, tensors: await TensorStore.open(folder) };
}
