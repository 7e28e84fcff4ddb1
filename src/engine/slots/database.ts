import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ShorthandError, errorMessage } from '../../common/errors';
import { storeFault } from './sqliteErrors';

/** Counts layouts of the tables; a store of another layout is emptied and laid out anew. */
const formatVersion = '2';

/** In an order in which they can be dropped. */
const tables = ['vector', 'mean', 'entry', 'file', 'header'] as const;

/** Waits for other processes this long before a statement fails. Milliseconds. */
const busyTimeout = 10_000;
/** `quick_check` reads the whole file: it pays for small files only; checksums of rows cover the rest. Bytes. */
const cheapToCheck = 32_000_000;

/**
 * `entry` is small and is what eviction and statistics read; `vector` holds the blobs, so that noting a use does not rewrite them. `fidelity` is
 * null until it is measured. `mean` holds the mean of a row's slots, for search. `file` remembers by path which windows a file had when all of them had slots: their hashes, one after another.
 * Times are seconds since 1970.
 */
const layout = `
  CREATE TABLE header (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    window_hash TEXT NOT NULL, encoder_id TEXT NOT NULL, ratio INTEGER NOT NULL,
    slot_count INTEGER NOT NULL, width INTEGER NOT NULL, token_count INTEGER NOT NULL,
    bytes INTEGER NOT NULL, last_used INTEGER NOT NULL, fidelity REAL,
    UNIQUE (window_hash, encoder_id, ratio)
  );
  CREATE INDEX entry_by_use ON entry (last_used, id, bytes);
  CREATE TABLE vector (id INTEGER PRIMARY KEY REFERENCES entry, checksum INTEGER NOT NULL, data BLOB NOT NULL);
  CREATE TABLE mean (id INTEGER PRIMARY KEY REFERENCES entry, data BLOB NOT NULL);
  CREATE TABLE file (
    path TEXT NOT NULL, encoder_id TEXT NOT NULL, hashes TEXT NOT NULL, last_used INTEGER NOT NULL,
    PRIMARY KEY (path, encoder_id)
  ) WITHOUT ROWID;
  INSERT INTO header VALUES ('format', '${formatVersion}');
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
    // Both hold from the first table on; on an existing file they change nothing. Large pages suit blobs of some ten kilobytes.
    database.exec('PRAGMA page_size = 16384; PRAGMA auto_vacuum = INCREMENTAL');
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
      database.exec(tables.map(table => `DROP TABLE IF EXISTS ${table}`).join('; '));
      database.exec(layout);
    }
    database.exec('COMMIT');
  } catch (error) {
    rollBack(database);
    throw error;
  }
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
  const known = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'header'").get();
  return known === undefined ? undefined : database.prepare("SELECT value FROM header WHERE name = 'format'").get()?.value;
}
