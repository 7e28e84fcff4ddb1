import { sep } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { checksum, hashBytes, readHashes, rowBytes, type FileRecord, type KnownSlots, type SlotEntry, type SlotKey, type SlotShape } from './slotEntry';

/** Names a row of `entry` for as long as its file is open. */
export interface RowName {
  readonly hash: Uint8Array;
  readonly space: number;
}

interface UsedRow {
  readonly name: RowName;
  /** Of its slots: no other row has it. */
  readonly vector: number;
  readonly used: number;
}

/** A row as it was found. `damaged` rows can't be used; their names let them be dropped. */
export type FoundRow = (UsedRow & { readonly kind: 'entry'; readonly entry: SlotEntry }) | { readonly kind: 'damaged'; readonly name: RowName };

/** What there is of some rows. */
export interface Totals {
  readonly windows: number;
  readonly slots: number;
  readonly bytes: number;
}

/** Seconds of a step of time: uses closer together than this are one, because noting each would turn every read into a write. */
export const useSeconds = 600;

/** Steps of a fidelity: what three bytes hold. */
const fidelityScale = 8_000_000;

/** What stands in `space` for files, which belong to no ratio. */
const allRatios = 0;

/** The statements of the store, prepared once per connection. Times are steps of `useSeconds` since 1970. */
export class Statements {
  readonly #findShape;
  readonly #find;
  readonly #addSpace;
  readonly #insertEntry;
  readonly #insertVector;
  readonly #deleteKey;
  readonly #delete;
  readonly #touch;
  readonly #setFidelity;
  readonly #rowsOf;
  readonly #putFile;
  readonly #filesUnder;
  readonly #deleteFile;
  readonly #deleteOldFiles;
  readonly #meanFidelity;
  readonly #totals;
  readonly #oldest;

  constructor(database: DatabaseSync) {
    const spaceId = '(SELECT id FROM space WHERE encoder = ? AND ratio = ?)';
    const byKey = `entry.hash = ? AND entry.space = ${spaceId}`;
    const shape = 'entry.hash, entry.space, entry.slots, slot_bytes, tokens, used, vector';
    this.#findShape = database.prepare(`SELECT ${shape}, entry.fidelity FROM entry JOIN space ON space.id = entry.space WHERE ${byKey}`);
    this.#find = database.prepare(`SELECT ${shape}, checksum, data FROM entry JOIN space ON space.id = entry.space LEFT JOIN vector ON vector.id = entry.vector WHERE ${byKey}`);
    this.#addSpace = database.prepare('INSERT OR IGNORE INTO space (encoder, ratio, id, slot_bytes) VALUES (?, ?, (SELECT ifnull(max(id), 0) + 1 FROM space), ?)');
    this.#insertVector = database.prepare('INSERT INTO vector (checksum, data) VALUES (?, ?)');
    this.#insertEntry = database.prepare(`INSERT INTO entry (hash, space, slots, tokens, used, vector) VALUES (?, ${spaceId}, ?, ?, ?, ?)`);
    this.#deleteKey = database.prepare(`DELETE FROM entry WHERE ${byKey}`);
    this.#delete = database.prepare('DELETE FROM entry WHERE hash = ? AND space = ?');
    this.#touch = database.prepare('UPDATE entry SET used = max(used, ?) WHERE hash = ? AND space = ?');
    this.#setFidelity = database.prepare(`UPDATE entry SET fidelity = ? WHERE ${byKey}`);
    this.#rowsOf = database.prepare(`SELECT hash, space, entry.slots, entry.slots * slot_bytes + ${rowBytes} AS bytes FROM entry JOIN space ON space.id = entry.space WHERE hash = ? AND encoder = ?`);
    this.#putFile = database.prepare(`INSERT OR REPLACE INTO file (path, space, hashes, used) VALUES (?, ${spaceId}, ?, ?)`);
    this.#filesUnder = database.prepare(`SELECT path, hashes FROM file WHERE space = ${spaceId} AND (path = ? OR (path >= ? AND path < ?)) ORDER BY path`);
    this.#deleteFile = database.prepare(`DELETE FROM file WHERE path = ? AND space = ${spaceId}`);
    this.#deleteOldFiles = database.prepare('DELETE FROM file WHERE used < (SELECT min(used) FROM entry)');
    this.#meanFidelity = database.prepare('SELECT fidelity * 1.0 / nullif(measured, 0) AS mean FROM space WHERE encoder = ? AND ratio = ?');
    this.#totals = database.prepare(`SELECT total(windows) AS windows, total(slots) AS slots, total(slots * slot_bytes + windows * ${rowBytes}) AS bytes FROM space`);
    this.#oldest = database.prepare(`SELECT hash, space, entry.slots * slot_bytes + ${rowBytes} AS bytes FROM entry JOIN space ON space.id = entry.space ORDER BY used, vector`);
  }

  findShape(key: SlotKey): (UsedRow & { readonly known: KnownSlots }) | undefined {
    const row = this.#findShape.get(...keyParameters(key));
    return row && { ...readUse(row), known: { ...readShape(row), fidelity: typeof row.fidelity === 'number' ? row.fidelity / fidelityScale : undefined } };
  }

  find(key: SlotKey): FoundRow | undefined {
    const row = this.#find.get(...keyParameters(key));
    if (row === undefined) {
      return undefined;
    }
    const use = readUse(row);
    const shape = readShape(row);
    const { data, checksum: expected } = row;
    if (!(data instanceof Uint8Array) || data.length !== shape.slotCount * shape.slotBytes || expected !== checksum(key, shape, data)) {
      return { kind: 'damaged', name: use.name };
    }
    return { kind: 'entry', ...use, entry: { key, ...shape, codes: data } };
  }

  put(entry: SlotEntry, now: number): void {
    const { key, slotCount, slotBytes, tokenCount, codes } = entry;
    this.#deleteKey.run(...keyParameters(key));
    this.#addSpace.run(key.encoderId, key.ratio, slotBytes);
    const { lastInsertRowid } = this.#insertVector.run(checksum(key, entry, codes), codes);
    this.#insertEntry.run(...keyParameters(key), slotCount, tokenCount, now, lastInsertRowid);
  }

  setFidelity(key: SlotKey, fidelity: number): void {
    this.#setFidelity.run(Math.round(fidelity * fidelityScale), ...keyParameters(key));
  }

  meanFidelity(encoderId: string, ratio: number): number | undefined {
    const mean = this.#meanFidelity.get(encoderId, ratio)?.mean;
    return typeof mean === 'number' ? mean / fidelityScale : undefined;
  }

  /** The rows of a window at every ratio. */
  rowsOf(windowHash: string, encoderId: string): readonly { readonly name: RowName; readonly slots: number; readonly bytes: number }[] {
    return this.#rowsOf.all(hashBytes([windowHash]), encoderId).map(row => ({ name: readName(row), slots: Number(row.slots), bytes: Number(row.bytes) }));
  }

  putFile({ path, encoderId, windowHashes }: FileRecord, now: number): void {
    this.#addSpace.run(encoderId, allRatios, 0);
    this.#putFile.run(path, encoderId, allRatios, hashBytes(windowHashes), now);
  }

  /** The record of a file, or those of all files in a folder. */
  filesUnder(path: string, encoderId: string): readonly FileRecord[] {
    // The character behind the separator ends the range of paths that begin with the folder's.
    const inside = path.endsWith(sep) ? path : path + sep;
    const end = inside.slice(0, -1) + String.fromCharCode(sep.charCodeAt(0) + 1);
    return this.#filesUnder
      .all(encoderId, allRatios, path, inside, end)
      .map(row => ({ path: String(row.path), encoderId, windowHashes: row.hashes instanceof Uint8Array ? readHashes(row.hashes) : [] }));
  }

  deleteFile({ path, encoderId }: FileRecord): void {
    this.#deleteFile.run(path, encoderId, allRatios);
  }

  /** Files that were noted before any slots that are left were used: theirs were evicted. */
  deleteOldFiles(): void {
    this.#deleteOldFiles.run();
  }

  delete({ hash, space }: RowName): void {
    this.#delete.run(hash, space);
  }

  touch({ hash, space }: RowName, now: number): void {
    this.#touch.run(now, hash, space);
  }

  totals(): Totals {
    const row = this.#totals.get();
    return { windows: Number(row?.windows), slots: Number(row?.slots), bytes: Number(row?.bytes) };
  }

  /** The rows that were not used for longest, until they add up to `bytes`. */
  oldest(bytes: number): readonly RowName[] {
    const names: RowName[] = [];
    let sum = 0;
    for (const row of this.#oldest.iterate()) {
      if (sum >= bytes) {
        break;
      }
      names.push(readName(row));
      sum += Number(row.bytes);
    }
    return names;
  }
}

type Row = Readonly<Record<string, unknown>>;

function keyParameters({ windowHash, encoderId, ratio }: SlotKey): [Uint8Array, string, number] {
  return [hashBytes([windowHash]), encoderId, ratio];
}

function readName({ hash, space }: Row): RowName {
  return { hash: hash instanceof Uint8Array ? hash : new Uint8Array(), space: Number(space) };
}

function readUse(row: Row): UsedRow {
  return { name: readName(row), vector: Number(row.vector), used: Number(row.used) };
}

function readShape(row: Row): SlotShape {
  return { slotCount: Number(row.slots), slotBytes: Number(row.slot_bytes), tokenCount: Number(row.tokens) };
}
