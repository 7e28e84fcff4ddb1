import { sep } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { checksum, meanSlot, slotBytes, slotHalves, type FileRecord, type KnownSlots, type SlotEntry, type SlotKey, type SlotShape } from './slotEntry';

/** A row as it was found. `damaged` rows can't be used; their ids let them be dropped. */
export type FoundRow =
  | { readonly kind: 'entry'; readonly id: number; readonly lastUsed: number; readonly entry: SlotEntry }
  | { readonly kind: 'damaged'; readonly id: number };

/** The statements of the store, prepared once per connection. Times are seconds since 1970. */
export class Statements {
  readonly #findShape;
  readonly #find;
  readonly #insertEntry;
  readonly #insertVector;
  readonly #deleteEntry;
  readonly #deleteVector;
  readonly #touch;
  readonly #insertMean;
  readonly #deleteMean;
  readonly #findMean;
  readonly #setFidelity;
  readonly #rowsOf;
  readonly #putFile;
  readonly #filesUnder;
  readonly #deleteFile;
  readonly #deleteOldFiles;
  readonly #meanFidelity;
  readonly #bytes;
  readonly #totals;
  readonly #oldest;

  constructor(database: DatabaseSync) {
    const byKey = 'window_hash = ? AND encoder_id = ? AND ratio = ?';
    this.#findShape = database.prepare(`SELECT id, slot_count, width, token_count, last_used, fidelity FROM entry WHERE ${byKey}`);
    this.#find = database.prepare(`SELECT entry.id, slot_count, width, token_count, last_used, checksum, data FROM entry LEFT JOIN vector USING (id) WHERE ${byKey}`);
    this.#insertEntry = database.prepare(`
      INSERT INTO entry (window_hash, encoder_id, ratio, slot_count, width, token_count, bytes, last_used) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (window_hash, encoder_id, ratio) DO UPDATE SET
        slot_count = excluded.slot_count, width = excluded.width, token_count = excluded.token_count, bytes = excluded.bytes, last_used = excluded.last_used,
        fidelity = NULL
      RETURNING id`);
    this.#insertVector = database.prepare('INSERT OR REPLACE INTO vector (id, checksum, data) VALUES (?, ?, ?)');
    this.#deleteEntry = database.prepare('DELETE FROM entry WHERE id = ?');
    this.#deleteVector = database.prepare('DELETE FROM vector WHERE id = ?');
    this.#insertMean = database.prepare('INSERT OR REPLACE INTO mean (id, data) VALUES (?, ?)');
    this.#deleteMean = database.prepare('DELETE FROM mean WHERE id = ?');
    this.#findMean = database.prepare(`SELECT data FROM entry JOIN mean USING (id) WHERE ${byKey}`);
    this.#setFidelity = database.prepare(`UPDATE entry SET fidelity = ? WHERE ${byKey}`);
    this.#rowsOf = database.prepare('SELECT id, slot_count, bytes FROM entry WHERE window_hash = ? AND encoder_id = ?');
    this.#putFile = database.prepare('INSERT OR REPLACE INTO file (path, encoder_id, hashes, last_used) VALUES (?, ?, ?, ?)');
    this.#filesUnder = database.prepare('SELECT path, hashes FROM file WHERE encoder_id = ? AND (path = ? OR (path >= ? AND path < ?)) ORDER BY path');
    this.#deleteFile = database.prepare('DELETE FROM file WHERE path = ? AND encoder_id = ?');
    this.#deleteOldFiles = database.prepare('DELETE FROM file WHERE last_used < (SELECT min(last_used) FROM entry)');
    this.#meanFidelity = database.prepare('SELECT avg(fidelity) AS mean FROM entry WHERE encoder_id = ? AND ratio = ?');
    this.#bytes = database.prepare('SELECT total(bytes) AS bytes FROM entry');
    this.#touch = database.prepare('UPDATE entry SET last_used = max(last_used, ?) WHERE id = ?');
    this.#totals = database.prepare('SELECT count(*) AS windows, total(slot_count) AS slots, total(bytes) AS bytes FROM entry');
    this.#oldest = database.prepare('SELECT id, bytes FROM entry ORDER BY last_used, id');
  }

  findShape(key: SlotKey): { readonly id: number; readonly lastUsed: number; readonly known: KnownSlots } | undefined {
    const row = this.#findShape.get(key.windowHash, key.encoderId, key.ratio);
    return row && { id: Number(row.id), lastUsed: Number(row.last_used), known: { ...readShape(row), fidelity: typeof row.fidelity === 'number' ? row.fidelity : undefined } };
  }

  find(key: SlotKey): FoundRow | undefined {
    const row = this.#find.get(key.windowHash, key.encoderId, key.ratio);
    if (row === undefined) {
      return undefined;
    }
    const id = Number(row.id);
    const shape = readShape(row);
    const { data, checksum: expected } = row;
    if (!(data instanceof Uint8Array) || data.length !== 2 * shape.slotCount * shape.width || expected !== checksum(key, shape, data)) {
      return { kind: 'damaged', id };
    }
    return { kind: 'entry', id, lastUsed: Number(row.last_used), entry: { key, ...shape, slots: slotHalves(data) } };
  }

  put(entry: SlotEntry, now: number): void {
    const { key, slotCount, width, tokenCount } = entry;
    const blob = slotBytes(entry.slots);
    const row = this.#insertEntry.get(key.windowHash, key.encoderId, key.ratio, slotCount, width, tokenCount, blob.length, now);
    this.#insertVector.run(row?.id ?? null, checksum(key, entry, blob), blob);
    this.#insertMean.run(row?.id ?? null, slotBytes(meanSlot(entry)));
  }

  findMean(key: SlotKey): Uint16Array | undefined {
    const data = this.#findMean.get(key.windowHash, key.encoderId, key.ratio)?.data;
    return data instanceof Uint8Array ? slotHalves(data) : undefined;
  }

  setFidelity(key: SlotKey, fidelity: number): void {
    this.#setFidelity.run(fidelity, key.windowHash, key.encoderId, key.ratio);
  }

  meanFidelity(encoderId: string, ratio: number): number | undefined {
    const mean = this.#meanFidelity.get(encoderId, ratio)?.mean;
    return typeof mean === 'number' ? mean : undefined;
  }

  /** The rows of a window at every ratio. */
  rowsOf(windowHash: string, encoderId: string): readonly { readonly id: number; readonly slots: number; readonly bytes: number }[] {
    return this.#rowsOf.all(windowHash, encoderId).map(row => ({ id: Number(row.id), slots: Number(row.slot_count), bytes: Number(row.bytes) }));
  }

  putFile({ path, encoderId, windowHashes }: FileRecord, now: number): void {
    this.#putFile.run(path, encoderId, windowHashes.join(' '), now);
  }

  /** The record of a file, or those of all files in a folder. */
  filesUnder(path: string, encoderId: string): readonly FileRecord[] {
    // The character behind the separator ends the range of paths that begin with the folder's.
    const inside = path.endsWith(sep) ? path : path + sep;
    const end = inside.slice(0, -1) + String.fromCharCode(sep.charCodeAt(0) + 1);
    return this.#filesUnder.all(encoderId, path, inside, end).map(row => ({ path: String(row.path), encoderId, windowHashes: String(row.hashes).split(' ') }));
  }

  deleteFile({ path, encoderId }: FileRecord): void {
    this.#deleteFile.run(path, encoderId);
  }

  /** Files that were noted before any slots that are left were used: theirs were evicted. */
  deleteOldFiles(): void {
    this.#deleteOldFiles.run();
  }

  bytes(): number {
    return Number(this.#bytes.get()?.bytes);
  }

  delete(id: number): void {
    this.#deleteVector.run(id);
    this.#deleteMean.run(id);
    this.#deleteEntry.run(id);
  }

  touch(id: number, now: number): void {
    this.#touch.run(now, id);
  }

  totals(): { readonly windows: number; readonly slots: number; readonly bytes: number } {
    const row = this.#totals.get();
    return { windows: Number(row?.windows), slots: Number(row?.slots), bytes: Number(row?.bytes) };
  }

  /** Ids of the rows that were not used for longest, until they add up to `bytes`. */
  oldest(bytes: number): readonly number[] {
    const ids: number[] = [];
    let sum = 0;
    for (const row of this.#oldest.iterate()) {
      if (sum >= bytes) {
        break;
      }
      ids.push(Number(row.id));
      sum += Number(row.bytes);
    }
    return ids;
  }
}

function readShape(row: Readonly<Record<string, unknown>>): SlotShape {
  return { slotCount: Number(row.slot_count), width: Number(row.width), tokenCount: Number(row.token_count) };
}
