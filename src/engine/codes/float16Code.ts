import { float16ToFloat32, float32ToFloat16 } from '../float16';
import { joined, type SlotCode } from './slotCode';

/** Slots as float16: for encoders that have no code of their own. Little-endian, as is every platform that Node runs on here. */
export class Float16Code implements SlotCode {
  readonly slotBytes: number;

  constructor(private readonly width: number) {
    this.slotBytes = 2 * width;
  }

  encode(windows: readonly Float32Array[]): Promise<readonly Uint8Array[]> {
    return Promise.resolve(windows.map(narrowed));
  }

  decode(windows: readonly Uint8Array[]): Promise<Float32Array> {
    return Promise.resolve(joined(windows.map(widened)));
  }

  means(windows: readonly Uint8Array[]): Promise<readonly Float32Array[]> {
    return Promise.resolve(windows.map(window => this.#mean(widened(window))));
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

function widened(bytes: Uint8Array): Float32Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  const halves = new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 1);
  const values = new Float32Array(halves.length);
  float16ToFloat32(halves, values);
  return values;
}
