import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ShorthandError, errorMessage } from '../../common/errors';
import { storeFault } from './sqliteErrors';

/** Counts layouts of the tables, as SQLite's `user_version`; a store of another layout is emptied and laid out anew. */
const formatVersion = 3;

/** Waits for other processes this long before a statement fails. Milliseconds. */
const busyTimeout = 10_000;
/** `quick_check` reads the whole file: it pays for small files only; checksums of rows cover the rest. Bytes. */
const cheapToCheck = 32_000_000;

/**
 * Small, because slots are: a window of 170 tokens has 500 bytes of them. `space` numbers the encoders with their ratios and counts what there is of
 * each, so that nothing has to be added up; triggers keep it right. `ratio` 0 stands for files. `entry` is what eviction and plans read; it finds
 * its windows by the first half of their hash. `vector` holds the codes, in the order of writing, so that its pages are full.
 * `fidelity` is null until it is measured, then a whole number of steps, see `Statements`. `file` remembers by path which windows a file had when all of them
 * had slots: their hashes, one after another. `used` counts steps of `useSeconds` since 1970.
 */
const layout = `
  CREATE TABLE space (
    encoder TEXT NOT NULL, ratio INTEGER NOT NULL, id INTEGER NOT NULL, slot_bytes INTEGER NOT NULL,
    windows INTEGER NOT NULL DEFAULT 0, slots INTEGER NOT NULL DEFAULT 0, measured INTEGER NOT NULL DEFAULT 0, fidelity INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (encoder, ratio)
  ) WITHOUT ROWID;
  CREATE TABLE entry (
    hash BLOB NOT NULL, space INTEGER NOT NULL, slots INTEGER NOT NULL, tokens INTEGER NOT NULL, used INTEGER NOT NULL, fidelity INTEGER, vector INTEGER NOT NULL,
    PRIMARY KEY (hash, space)
  ) WITHOUT ROWID;
  CREATE TABLE vector (id INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, data BLOB NOT NULL);
  CREATE TABLE file (path TEXT NOT NULL, space INTEGER NOT NULL, used INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (path, space)) WITHOUT ROWID;
  CREATE TRIGGER entry_added AFTER INSERT ON entry BEGIN
    UPDATE space SET windows = windows + 1, slots = slots + NEW.slots WHERE id = NEW.space;
  END;
  CREATE TRIGGER entry_measured AFTER UPDATE OF fidelity ON entry BEGIN
    UPDATE space SET measured = measured + (NEW.fidelity IS NOT NULL) - (OLD.fidelity IS NOT NULL), fidelity = fidelity + ifnull(NEW.fidelity, 0) - ifnull(OLD.fidelity, 0)
      WHERE id = NEW.space;
  END;
  CREATE TRIGGER entry_gone AFTER DELETE ON entry BEGIN
    UPDATE space SET windows = windows - 1, slots = slots - OLD.slots, measured = measured - (OLD.fidelity IS NOT NULL), fidelity = fidelity - ifnull(OLD.fidelity, 0)
      WHERE id = OLD.space;
    DELETE FROM vector WHERE id = OLD.vector;
  END;
  PRAGMA user_version = ${formatVersion};
`;

export interface OpenDatabase {
  readonly database: DatabaseSync;
  /** True when a damaged file was set aside. */
  readonly rebuilt: boolean;
  /** Tells this file from one that another process has put in its place since. */
  readonly inode: number;
}

/** Opens or makes the database. Errors: `store-corrupt` when a damaged file can't be moved away, and those of SQLite. */
export function openDatabase(file: string, maxPages?: number): OpenDatabase {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
  } catch (error) {
    throw new ShorthandError('store-unavailable', `The folder of the slot store can't be made: ${errorMessage(error)}`, { cause: error });
  }
  const inode = existsSync(file) ? statSync(file).ino : undefined;
  try {
    return { database: connect(file, maxPages), rebuilt: false, inode: statSync(file).ino };
  } catch (error) {
    if (storeFault(error) !== 'corrupt' || inode === undefined) {
      throw error;
    }
    setAside(file, inode);
    return { database: connect(file, maxPages), rebuilt: true, inode: statSync(file).ino };
  }
}

/** Renames a damaged store to `<file>.corrupt-<n>`, unless another process has already replaced it. */
export function setAside(file: string, inode: number): void {
  try {
    if (!existsSync(file) || statSync(file).ino !== inode) {
      return;
    }
    let n = 1;
    while (existsSync(`${file}.corrupt-${n}`)) {
      n++;
    }
    renameSync(file, `${file}.corrupt-${n}`);
    // They belong to the damaged file; a new one must not replay them.
    rmSync(`${file}-wal`, { force: true });
    rmSync(`${file}-shm`, { force: true });
  } catch (error) {
    throw new ShorthandError('store-corrupt', `The damaged slot store can't be moved away: ${errorMessage(error)}`, { cause: error });
  }
}

function connect(file: string, maxPages: number | undefined): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    database.exec(`PRAGMA busy_timeout = ${busyTimeout}`);
    // Both hold from the first table on; on an existing file they change nothing. Pages of 4 KiB waste more with rows of 500 bytes, larger ones in small stores.
    database.exec('PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL');
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864');
    if (maxPages !== undefined) {
      database.exec(`PRAGMA max_page_count = ${maxPages}`);
    }
    checkSmallFile(database, file);
    layOut(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function checkSmallFile(database: DatabaseSync, file: string): void {
  if (statSync(file).size > cheapToCheck) {
    return;
  }
  const result = database.prepare('PRAGMA quick_check(1)').get();
  if (result?.quick_check !== 'ok') {
    throw Object.assign(new Error(`quick_check: ${String(result?.quick_check)}`), { errcode: 11 });
  }
}

/** Makes the tables where they are missing or of another version. Several processes may come here at once. */
function layOut(database: DatabaseSync): void {
  if (readFormat(database) === formatVersion) {
    return;
  }
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have been first.
    if (readFormat(database) !== formatVersion) {
      emptyDatabase(database);
    }
    database.exec('COMMIT');
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/** Drops whatever tables there are, and with them what is in them, and makes those of this layout. Runs in the caller's transaction. */
export function emptyDatabase(database: DatabaseSync): void {
  // The newest first: older layouts have tables that refer to earlier ones.
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid DESC").all();
  database.exec(tables.map(({ name }) => `DROP TABLE "${String(name)}"`).join('; '));
  database.exec(layout);
}

/** Ends a failed transaction; SQLite may already have done so. */
export function rollBack(database: DatabaseSync): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // No transaction was open any more.
  }
}

function readFormat(database: DatabaseSync): unknown {
  return database.prepare('PRAGMA user_version').get()?.user_version;
}
