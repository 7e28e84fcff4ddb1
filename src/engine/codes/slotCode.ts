import type { Disposable } from '../../common/disposable';

/**
 * The form in which slots are kept. What the decoder reads is what the code keeps of a slot, whether it comes from the store or was encoded just
 * now. The bytes of a window are those of its slots, one after another.
 */
export interface SlotCode extends Disposable {
  /** Of one slot. */
  readonly slotBytes: number;
  /** Slots of windows, each row-major float32 [S, width], to bytes [S, slotBytes]. Errors: `out-of-memory`, `internal`. */
  encode(windows: readonly Float32Array[]): Promise<readonly Uint8Array[]>;
  /** The slots of all windows one after another: float32 [sum of S, width]. Errors as for `encode`. */
  decode(windows: readonly Uint8Array[]): Promise<Float32Array>;
  /** The mean slot of each window, float32 [width]; of a window without slots zeros. Errors as for `encode`. */
  means(windows: readonly Uint8Array[]): Promise<readonly Float32Array[]>;
}

/** Windows one after another. */
export function joined(windows: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(windows.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const window of windows) {
    all.set(window, filled);
    filled += window.length;
  }
  return all;
}

/** Rows of `width` values. */
export function rowsOf(values: Float32Array, width: number): readonly Float32Array[] {
  return Array.from({ length: values.length / width }, (_, row) => values.subarray(row * width, (row + 1) * width));
}
