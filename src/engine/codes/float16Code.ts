import { float32ToFloat16, floatsOfHalves } from '../float16';
import { joined, type SlotCode } from './slotCode';

/** Slots as float16: for encoders that have no code of their own. */
export class Float16Code implements SlotCode {
  readonly slotBytes: number;

  constructor(private readonly width: number) {
    this.slotBytes = 2 * width;
  }

  encode(windows: readonly Float32Array[]): Promise<readonly Uint8Array[]> {
    return Promise.resolve(windows.map(narrowed));
  }

  decode(windows: readonly Uint8Array[]): Promise<Float32Array> {
    return Promise.resolve(joined(windows.map(floatsOfHalves)));
  }

  means(windows: readonly Uint8Array[]): Promise<readonly Float32Array[]> {
    return Promise.resolve(windows.map(window => this.#mean(floatsOfHalves(window))));
  }

  dispose(): void {
    // Nothing is held.
  }

  #mean(values: Float32Array): Float32Array {
    const mean = new Float32Array(this.width);
    const slots = Math.max(1, values.length / this.width);
    for (let i = 0; i < values.length; i++) {
      const at = i % this.width;
      mean[at] = (mean[at] ?? 0) + (values[i] ?? 0) / slots;
    }
    return mean;
  }
}

function narrowed(values: Float32Array): Uint8Array {
  const halves = new Uint16Array(values.length);
  float32ToFloat16(values, halves);
  return new Uint8Array(halves.buffer);
}
