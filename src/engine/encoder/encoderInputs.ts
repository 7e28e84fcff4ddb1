import { assertNever } from '../../common/assertNever';
import type { EncoderSpec, PccEncoderSpec, Ratio } from '../../common/bundle';
import { float32, int64, type NamedTensors } from '../runtime/tensor';
import { memoryToken, poolingGroups, slotCount } from './pooling';

/** One batch in the form that the encoder's graph takes. */
export interface EncoderBatch {
  readonly inputs: NamedTensors;
  /** S: slots of the row with the most; rows with fewer are padded at the end. */
  readonly slots: number;
}

/** Inputs for a batch of windows (each at least one token). */
export function encoderInputs(encoder: EncoderSpec, windows: readonly Int32Array[], ratio: Ratio): EncoderBatch {
  const slots = Math.max(...windows.map(window => slotCount(encoder, window.length, ratio)));
  switch (encoder.kind) {
    case 'arc':
      return { slots, inputs: arcInputs(windows, ratio, slots) };
    case 'pcc':
      return { slots, inputs: pccInputs(encoder, windows, ratio, slots) };
    default:
      return assertNever(encoder);
  }
}

/** `input_ids` [B, T] padded with 0, `attention_mask` [B, T], `pooling` [B, S, T]: 1/size over the tokens of each group. */
function arcInputs(windows: readonly Int32Array[], ratio: Ratio, slots: number): NamedTensors {
  const tokens = longest(windows);
  const shape = [windows.length, tokens];
  const mask = new Float32Array(windows.length * tokens);
  const pooling = new Float32Array(windows.length * slots * tokens);
  windows.forEach((window, row) => {
    mask.fill(1, row * tokens, row * tokens + window.length);
    let first = 0;
    poolingGroups(window.length, ratio).forEach((size, slot) => {
      const start = (row * slots + slot) * tokens + first;
      pooling.fill(1 / size, start, start + size);
      first += size;
    });
  });
  return {
    input_ids: int64(paddedIds(windows, tokens), shape),
    attention_mask: float32(mask, shape),
    pooling: float32(pooling, [windows.length, slots, tokens]),
  };
}

/** `input_ids` [B, T + S]: each segment with its memory tokens right behind it, then padding; `slot_index` [B, S]: where they are. */
function pccInputs(encoder: PccEncoderSpec, windows: readonly Int32Array[], ratio: Ratio, slots: number): NamedTensors {
  const tokens = longest(windows) + slots;
  const ids = paddedIds(windows, tokens);
  const index = new BigInt64Array(windows.length * slots);
  windows.forEach((window, row) => {
    const count = slotCount(encoder, window.length, ratio);
    for (let slot = 0; slot < count; slot++) {
      ids[row * tokens + window.length + slot] = BigInt(encoder.vocabulary + memoryToken(encoder, slot, ratio));
      index[row * slots + slot] = BigInt(window.length + slot);
    }
  });
  return { input_ids: int64(ids, [windows.length, tokens]), slot_index: int64(index, [windows.length, slots]) };
}

function longest(windows: readonly Int32Array[]): number {
  return Math.max(...windows.map(window => window.length));
}

function paddedIds(windows: readonly Int32Array[], tokens: number): BigInt64Array {
  const ids = new BigInt64Array(windows.length * tokens);
  windows.forEach((window, row) => window.forEach((id, column) => (ids[row * tokens + column] = BigInt(id))));
  return ids;
}
