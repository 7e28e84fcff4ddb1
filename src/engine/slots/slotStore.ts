import { statSync } from 'node:fs';
import type { Disposable } from '../../common/disposable';
import { ShorthandError } from '../../common/errors';
import { openDatabase, rollBack, setAside, type OpenDatabase } from './database';
import type { SlotEntry, SlotKey, SlotShape, StoreStats } from './slotEntry';
import { storeFault, toStoreError } from './sqliteErrors';
import { Statements } from './statements';

export interface SlotStoreOptions {
  /** Most bytes of slots to keep. When they are exceeded, what was not used for longest goes, down to nine tenths. */
  readonly budgetBytes: number;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
  /** A hard limit of the file, in pages of 16 KiB: a full disk, for tests. */
  readonly maxPages?: number | undefined;
}

interface OpenStore {
  readonly file: OpenDatabase;
  readonly statements: Statements;
}

/** Uses closer together than this are one: noting each would turn every read into a write. Seconds. */
const useGranularity = 600;
/** Noted uses that are written at once. */
const usesPerFlush = 512;
const keptShare = 0.9;
const busyRetries = 3;
const busyPause = 100;

/**
 * The cache of slots on disk, in SQLite, shared by all engine processes of a user. What is in it can be computed again, so damage is never fatal: a
 * damaged row is dropped, a damaged file is set aside and a new one begun.
 *
 * Every method blocks and may throw `disk-full`, `store-unavailable` (locked for long, no permission, closed) or `store-corrupt` (damaged, and
 * can't be moved away).
 */
export class SlotStore implements Disposable {
  readonly #now: () => number;
  #open: OpenStore | undefined;
  #closed = false;
  #rebuilt = false;
  #droppedRows = 0;
  readonly #uses = new Set<number>();

  constructor(
    private readonly path: string,
    private readonly options: SlotStoreOptions,
  ) {
    this.#now = options.now ?? Date.now;
    this.#write(statements => this.#evict(statements));
  }

  /** True when a damaged file was set aside since this store was opened. */
  get storeRebuilt(): boolean {
    return this.#rebuilt;
  }

  /** The slots of each key, in order; undefined where there are none, or none that are whole. */
  getMany(keys: readonly SlotKey[]): readonly (SlotEntry | undefined)[] {
    const damaged: number[] = [];
    const found = this.#read(statements => {
      damaged.length = 0;
      return keys.map(key => {
        const row = statements.find(key);
        if (row?.kind === 'damaged') {
          damaged.push(row.id);
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
      this.#write(statements => damaged.forEach(id => statements.delete(id)));
    }
    this.#flushUses(usesPerFlush);
    return found;
  }

  /** What is known of each key, without its slots: tells what is still to encode. It counts as a use. Rows are not checked for damage here. */
  shapesOf(keys: readonly SlotKey[]): readonly (SlotShape | undefined)[] {
    const found = this.#read(statements =>
      keys.map(key => {
        const row = statements.findShape(key);
        if (row !== undefined) {
          this.#noteUse(row);
        }
        return row?.shape;
      }),
    );
    this.#flushUses(usesPerFlush);
    return found;
  }

  /** Adds or replaces rows: all of them, or none when it throws. */
  putMany(entries: readonly SlotEntry[]): void {
    for (const { key, slots, slotCount, width } of entries) {
      if (slots.length !== slotCount * width) {
        throw new RangeError(`Window ${key.windowHash}: ${slots.length} values are not ${slotCount} slots of ${width}.`);
      }
    }
    if (entries.length > 0) {
      this.#write(statements => {
        const now = this.#seconds();
        entries.forEach(entry => statements.put(entry, now));
        this.#evict(statements);
      });
    }
  }

  stats(): StoreStats {
    const totals = this.#read(statements => statements.totals());
    return { ...totals, budgetBytes: this.options.budgetBytes, droppedRows: this.#droppedRows };
  }

  /** Forgets everything and gives the space back. Returns what was there. */
  clear(): StoreStats {
    const before = this.stats();
    this.#write((_statements, { database }) => database.exec('DELETE FROM vector; DELETE FROM entry'));
    this.#read((_statements, { database }) => database.exec('PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)'));
    return before;
  }

  close(): void {
    if (!this.#closed) {
      this.#flushUses(1);
      this.#disconnect();
      this.#closed = true;
    }
  }

  dispose(): void {
    this.close();
  }

  #connect(): OpenStore {
    const file = openDatabase(this.path, this.options.maxPages);
    this.#rebuilt ||= file.rebuilt;
    return { file, statements: new Statements(file.database) };
  }

  #disconnect(): void {
    this.#open?.file.database.close();
    this.#open = undefined;
    // They name rows of the file that was open.
    this.#uses.clear();
  }

  #read<T>(work: (statements: Statements, file: OpenDatabase) => T): T {
    return this.#retry(() => {
      const { statements, file } = this.#current();
      return work(statements, file);
    });
  }

  /** Runs `work` in a transaction that holds the write lock from its start: a lock that is taken late can't be waited for. */
  #write(work: (statements: Statements, file: OpenDatabase) => void): void {
    this.#retry(() => {
      const { statements, file } = this.#current();
      file.database.exec('BEGIN IMMEDIATE');
      try {
        // Before `work`, which may evict what was not used.
        this.#writeUses(statements);
        work(statements, file);
        file.database.exec('COMMIT');
        this.#uses.clear();
      } catch (error) {
        rollBack(file.database);
        throw error;
      }
    });
  }

  /** The open file; opened again when another process has replaced it or somebody has deleted it. */
  #current(): OpenStore {
    if (this.#closed) {
      throw new ShorthandError('store-unavailable', 'The slot store is closed.');
    }
    if (this.#open !== undefined && statSync(this.path, { throwIfNoEntry: false })?.ino !== this.#open.file.inode) {
      this.#disconnect();
    }
    this.#open ??= this.#connect();
    return this.#open;
  }

  /** Retries what was busy, and what met damage once more on a new file. */
  #retry<T>(work: () => T): T {
    let rebuilt = false;
    for (let attempt = 1; ; attempt++) {
      try {
        return work();
      } catch (error) {
        const fault = storeFault(error);
        if (fault === 'corrupt' && !rebuilt && this.#open !== undefined) {
          rebuilt = true;
          this.#replace(this.#open.file);
        } else if (fault === 'busy' && attempt <= busyRetries) {
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busyPause * attempt);
        } else {
          throw toStoreError(error);
        }
      }
    }
  }

  #replace({ inode }: OpenDatabase): void {
    this.#disconnect();
    setAside(this.path, inode);
    this.#rebuilt = true;
  }

  #evict(statements: Statements): void {
    const { bytes } = statements.totals();
    if (bytes > this.options.budgetBytes) {
      statements.oldest(bytes - keptShare * this.options.budgetBytes).forEach(id => statements.delete(id));
    }
  }

  #noteUse({ id, lastUsed }: { readonly id: number; readonly lastUsed: number }): void {
    if (lastUsed < this.#seconds() - useGranularity) {
      this.#uses.add(id);
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
    const now = this.#seconds();
    this.#uses.forEach(id => statements.touch(id, now));
  }

  #seconds(): number {
    return Math.floor(this.#now() / 1000);
  }
}
