import type { CompressorSpec } from '../../common/bundle';
import type { Bundle } from '../bundle/openBundle';
import type { OnnxRuntime, SessionOptions } from '../runtime/onnxRuntime';
import { Float16Code } from './float16Code';
import { ProductCode } from './productCode';
import type { SlotCode } from './slotCode';

/** The code that an encoder's slots are kept in. Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported`, `out-of-memory`. */
export async function openSlotCode(runtime: OnnxRuntime, bundle: Bundle, { encoder: { slotCode, width } }: CompressorSpec, options: SessionOptions): Promise<SlotCode> {
  return slotCode === undefined ? new Float16Code(width) : ProductCode.open(runtime, bundle, slotCode, width, options);
}
