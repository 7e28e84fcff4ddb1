import type { Ratio } from '../../common/bundle';
import type { Disposable } from '../../common/disposable';
import type { FileRecord, KnownSlots, SlotEntry, SlotKey, StoreStats } from './slotEntry';
import { emptyDatabase } from './database';
import { useSeconds, type RowName, type Statements, type Totals } from './statements';
import { StoreConnection } from './storeConnection';

export interface SlotStoreOptions {
  /** Most bytes on disk, as `StoreStats` counts them. When they are exceeded, what was not used for longest goes, down to nine tenths. */
  readonly budgetBytes: number;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
  /** A hard limit of the file, in pages of 8 KiB: a full disk, for tests. */
  readonly maxPages?: number | undefined;
}

/** Noted uses that are written at once. */
const usesPerFlush = 512;
const keptShare = 0.9;

const noRows: Totals = { windows: 0, slots: 0, bytes: 0 };

/**
 * The cache of slots on disk, in SQLite, shared by all engine processes of a user. What is in it can be computed again, so damage is never fatal: a
 * damaged row is dropped, a damaged file is set aside and a new one begun.
 *
 * Every method blocks and may throw `disk-full`, `store-unavailable` (locked for long, no permission, closed) or `store-corrupt` (damaged, and
 * can't be moved away).
 */
export class SlotStore implements Disposable {
  readonly #clock: () => number;
  readonly #connection: StoreConnection;
  #droppedRows = 0;
  /** By the number of their vectors. */
  readonly #uses = new Map<number, RowName>();

  constructor(
    path: string,
    private readonly options: SlotStoreOptions,
  ) {
    // Noted uses name rows of the file that was open.
    this.#connection = new StoreConnection({ path, maxPages: options.maxPages, onDisconnect: () => this.#uses.clear() });
    this.#clock = options.now ?? Date.now;
    this.#write(statements => this.#evict(statements));
  }

  /** True when a damaged file was set aside since this store was opened. */
  get storeRebuilt(): boolean {
    return this.#connection.rebuilt;
  }

  /** The slots of each key, in order; undefined where there are none, or none that are whole. */
  getMany(keys: readonly SlotKey[]): readonly (SlotEntry | undefined)[] {
    const damaged: RowName[] = [];
    const found = this.#connection.read(statements => {
      damaged.length = 0;
      return keys.map(key => {
        const row = statements.find(key);
        if (row?.kind === 'damaged') {
          damaged.push(row.name);
        }
        if (row?.kind !== 'entry') {
          return undefined;
        }
        this.#noteUse(row);
        return row.entry;
      });
    });
    if (damaged.length > 0) {
      this.#droppedRows += damaged.length;
      this.#write(statements => damaged.forEach(name => statements.delete(name)));
    }
    this.#flushUses(usesPerFlush);
    return found;
  }

  /** What is known of each key, without its slots: tells what is still to encode. It counts as a use. Rows are not checked for damage here. */
  shapesOf(keys: readonly SlotKey[]): readonly (KnownSlots | undefined)[] {
    const found = this.#connection.read(statements =>
      keys.map(key => {
        const row = statements.findShape(key);
        if (row !== undefined) {
          this.#noteUse(row);
        }
        return row?.known;
      }),
    );
    this.#flushUses(usesPerFlush);
    return found;
  }

  /** Adds or replaces rows: all of them, or none when it throws. */
  putMany(entries: readonly SlotEntry[]): void {
    for (const { key, codes, slotCount, slotBytes } of entries) {
      if (codes.length !== slotCount * slotBytes) {
        throw new RangeError(`Window ${key.windowHash}: ${codes.length} bytes are not ${slotCount} slots of ${slotBytes}.`);
      }
    }
    if (entries.length > 0) {
      this.#write(statements => {
        const now = this.#now();
        entries.forEach(entry => statements.put(entry, now));
        this.#evict(statements);
      });
    }
  }

  stats(): StoreStats {
    const totals = this.#connection.read(statements => statements.totals());
    return { ...totals, budgetBytes: this.options.budgetBytes, droppedRows: this.#droppedRows };
  }

  /** Notes how much of a window survives in its slots; nothing happens when they are gone. */
  putFidelity(key: SlotKey, fidelity: number): void {
    this.#write(statements => statements.setFidelity(key, fidelity));
  }

  /** The mean over all windows that were measured at a ratio; undefined where none was. */
  meanFidelity(encoderId: string, ratio: Ratio): number | undefined {
    return this.#connection.read(statements => statements.meanFidelity(encoderId, ratio));
  }

  /** Remembers which windows files have whose windows all have slots. */
  putFiles(records: readonly FileRecord[]): void {
    if (records.length > 0) {
      this.#write(statements => records.forEach(record => statements.putFile(record, this.#now())));
    }
  }

  /** What is remembered of files, and of all files in folders (absolute paths). */
  filesUnder(paths: readonly string[], encoderId: string): readonly FileRecord[] {
    return this.#connection.read(statements => paths.flatMap(path => statements.filesUnder(path, encoderId)));
  }

  /** Forgets windows at every ratio, and what is remembered of files. Returns what was there. */
  forget(windowHashes: readonly string[], files: readonly FileRecord[], encoderId: string): StoreStats {
    let gone: Totals = noRows;
    this.#write(statements => {
      gone = noRows;
      for (const { name, slots, bytes } of windowHashes.flatMap(hash => statements.rowsOf(hash, encoderId))) {
        statements.delete(name);
        gone = { windows: gone.windows + 1, slots: gone.slots + slots, bytes: gone.bytes + bytes };
      }
      files.forEach(file => statements.deleteFile(file));
    });
    this.#giveBackSpace();
    return { ...gone, budgetBytes: this.options.budgetBytes, droppedRows: this.#droppedRows };
  }

  /** Forgets everything and gives the space back. Returns what was there. */
  clear(): StoreStats {
    const before = this.stats();
    this.#write((_statements, { database }) => emptyDatabase(database));
    this.#giveBackSpace();
    return before;
  }

  close(): void {
    if (!this.#connection.closed) {
      this.#flushUses(1);
      this.#connection.close();
    }
  }

  dispose(): void {
    this.close();
  }

  /** Writes in one transaction, the noted uses before `work`, which may evict what was not used. */
  #write(work: Parameters<StoreConnection['write']>[0]): void {
    this.#connection.write((statements, file) => {
      this.#writeUses(statements);
      work(statements, file);
    });
    this.#uses.clear();
  }

  #giveBackSpace(): void {
    this.#connection.read((_statements, { database }) => database.exec('PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)'));
  }

  #evict(statements: Statements): void {
    const { bytes } = statements.totals();
    if (bytes > this.options.budgetBytes) {
      statements.oldest(bytes - keptShare * this.options.budgetBytes).forEach(name => statements.delete(name));
      statements.deleteOldFiles();
    }
  }

  #noteUse({ name, vector, used }: { readonly name: RowName; readonly vector: number; readonly used: number }): void {
    if (used < this.#now()) {
      this.#uses.set(vector, name);
    }
  }

  /** Writes the noted uses when there are enough of them. Best effort: a use that is lost costs at most an early eviction. */
  #flushUses(enough: number): void {
    try {
      if (this.#uses.size >= enough) {
        this.#write(() => undefined);
      }
    } catch {
      this.#uses.clear();
    }
  }

  #writeUses(statements: Statements): void {
    const now = this.#now();
    this.#uses.forEach(name => statements.touch(name, now));
  }

  /** In steps of `useSeconds`. */
  #now(): number {
    return Math.floor(this.#clock() / 1000 / useSeconds);
  }
}
