import type { DatabaseSync } from 'node:sqlite';
import { checksum, slotBytes, slotHalves, type SlotEntry, type SlotKey, type SlotShape } from './slotEntry';

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
  readonly #totals;
  readonly #oldest;

  constructor(database: DatabaseSync) {
    const byKey = 'window_hash = ? AND encoder_id = ? AND ratio = ?';
    this.#findShape = database.prepare(`SELECT id, slot_count, width, token_count, last_used FROM entry WHERE ${byKey}`);
    this.#find = database.prepare(`SELECT entry.id, slot_count, width, token_count, last_used, checksum, data FROM entry LEFT JOIN vector USING (id) WHERE ${byKey}`);
    this.#insertEntry = database.prepare(`
      INSERT INTO entry (window_hash, encoder_id, ratio, slot_count, width, token_count, bytes, last_used) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (window_hash, encoder_id, ratio) DO UPDATE SET
        slot_count = excluded.slot_count, width = excluded.width, token_count = excluded.token_count, bytes = excluded.bytes, last_used = excluded.last_used
      RETURNING id`);
    this.#insertVector = database.prepare('INSERT OR REPLACE INTO vector (id, checksum, data) VALUES (?, ?, ?)');
    this.#deleteEntry = database.prepare('DELETE FROM entry WHERE id = ?');
    this.#deleteVector = database.prepare('DELETE FROM vector WHERE id = ?');
    this.#touch = database.prepare('UPDATE entry SET last_used = max(last_used, ?) WHERE id = ?');
    this.#totals = database.prepare('SELECT count(*) AS windows, total(slot_count) AS slots, total(bytes) AS bytes FROM entry');
    this.#oldest = database.prepare('SELECT id, bytes FROM entry ORDER BY last_used, id');
  }

  findShape(key: SlotKey): { readonly id: number; readonly lastUsed: number; readonly shape: SlotShape } | undefined {
    const row = this.#findShape.get(key.windowHash, key.encoderId, key.ratio);
    return row && { id: Number(row.id), lastUsed: Number(row.last_used), shape: readShape(row) };
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
  }

  delete(id: number): void {
    this.#deleteVector.run(id);
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
