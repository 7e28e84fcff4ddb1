import { crc32 } from 'node:zlib';
import type { Ratio } from '../../common/bundle';
import { float16ToFloat32, float32ToFloat16 } from '../float16';

/** What a row of the store is found by. */
export interface SlotKey {
  /** `Window.hash`. */
  readonly windowHash: string;
  /** Names the encoder and the bytes of its weights: slots of another encoder mean nothing. */
  readonly encoderId: string;
  readonly ratio: Ratio;
}

/** How much a row holds. */
export interface SlotShape {
  readonly slotCount: number;
  /** Values per slot. */
  readonly width: number;
  /** Tokens of the window that the slots stand for. */
  readonly tokenCount: number;
}

/** What is known of a row without its slots. */
export interface KnownSlots extends SlotShape {
  /** See `fileMemorySchema`; undefined where it was not measured. */
  readonly fidelity: number | undefined;
}

/** The windows that a file had when all of them had slots. */
export interface FileRecord {
  /** Absolute. */
  readonly path: string;
  readonly encoderId: string;
  readonly windowHashes: readonly string[];
}

/** The slots of one window, before the projector. */
export interface SlotEntry extends SlotShape {
  readonly key: SlotKey;
  /** Float16 bits, row-major [slotCount, width]. */
  readonly slots: Uint16Array;
}

/** What the store holds, of every encoder and ratio. */
export interface StoreStats {
  readonly windows: number;
  readonly slots: number;
  /** Bytes of slots, not of the file, which is a few percent larger. */
  readonly bytes: number;
  readonly budgetBytes: number;
  /** Rows of this process that failed their checksum and were dropped. */
  readonly droppedRows: number;
}

/** The mean of all slots of a row: float16 bits [width]. */
export function meanSlot({ slots, slotCount, width }: Pick<SlotEntry, 'slots' | 'slotCount' | 'width'>): Uint16Array {
  const values = new Float32Array(slots.length);
  float16ToFloat32(slots, values);
  const mean = new Float32Array(width);
  values.forEach((value, i) => (mean[i % width] = (mean[i % width] ?? 0) + value / slotCount));
  const halves = new Uint16Array(width);
  float32ToFloat16(mean, halves);
  return halves;
}

/** The bytes of a slot array, without a copy. Halves are little-endian, as on every platform that Node runs on here. */
export function slotBytes(slots: Uint16Array): Uint8Array {
  return new Uint8Array(slots.buffer, slots.byteOffset, slots.byteLength);
}

/** The halves in a blob; copied when the blob is not aligned for them. */
export function slotHalves(blob: Uint8Array): Uint16Array {
  const aligned = blob.byteOffset % 2 === 0 ? blob : blob.slice();
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 1);
}

/** CRC-32 of a row: key and shape too, so that a row that is found under a wrong key does not pass. */
export function checksum(key: SlotKey, shape: SlotShape, blob: Uint8Array): number {
  const head = [key.windowHash, key.encoderId, key.ratio, shape.slotCount, shape.width, shape.tokenCount].join('|');
  return crc32(blob, crc32(head));
}
