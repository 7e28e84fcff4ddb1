import { crc32 } from 'node:zlib';
import type { Ratio } from '../../common/bundle';

/** What a row of the store is found by. */
export interface SlotKey {
  /** `Window.hash`. */
  readonly windowHash: string;
  /** Names the encoder, the bytes of its weights and the code of its slots: slots of another encoder mean nothing. */
  readonly encoderId: string;
  readonly ratio: Ratio;
}

/** How much a row holds. */
export interface SlotShape {
  readonly slotCount: number;
  /** Bytes of a slot: as many for all slots of an encoder. */
  readonly slotBytes: number;
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
  /** By their short names, see `shortHash`. */
  readonly windowHashes: readonly string[];
}

/** The slots of one window, before the projector. */
export interface SlotEntry extends SlotShape {
  readonly key: SlotKey;
  /** What the encoder's code made of the slots, one after another: [slotCount, slotBytes]. */
  readonly codes: Uint8Array;
}

/** What the store holds, of every encoder and ratio. */
export interface StoreStats {
  readonly windows: number;
  readonly slots: number;
  /** What it takes on disk: the slots, and `rowBytes` for each window. */
  readonly bytes: number;
  readonly budgetBytes: number;
  /** Rows of this process that failed their checksum and were dropped. */
  readonly droppedRows: number;
}

/** What a window takes in the file beside its slots, on average: its row, its place in a file's record, room in pages. Measured on 2,100 windows. */
export const rowBytes = 110;

/** What a window takes on disk, as the store counts it. */
export function windowBytes({ slotCount, slotBytes }: Pick<SlotShape, 'slotCount' | 'slotBytes'>): number {
  return slotCount * slotBytes + rowBytes;
}

const shortDigits = 16;

/**
 * The first 64 bits of a window's hash, as hexadecimal digits: what the store keeps of it. Among a million windows two share
 * them in one store of forty million, and the checksum, which is taken over the whole hash, tells their slots apart.
 */
export function shortHash(windowHash: string): string {
  return windowHash.slice(0, shortDigits);
}

/** Short names of windows, one after another. */
export function hashBytes(windowHashes: readonly string[]): Uint8Array {
  return Buffer.from(windowHashes.map(shortHash).join(''), 'hex');
}

/** What `hashBytes` wrote. */
export function readHashes(bytes: Uint8Array): readonly string[] {
  const digits = Buffer.from(bytes).toString('hex');
  return Array.from({ length: digits.length / shortDigits }, (_, i) => digits.slice(i * shortDigits, (i + 1) * shortDigits));
}

/** CRC-32 of a row, as a signed integer: key and shape too, so that a row that is found under a wrong key does not pass. */
export function checksum(key: SlotKey, shape: SlotShape, codes: Uint8Array): number {
  const head = [key.windowHash, key.encoderId, key.ratio, shape.slotCount, shape.slotBytes, shape.tokenCount].join('|');
  return crc32(codes, crc32(head)) | 0;
}
