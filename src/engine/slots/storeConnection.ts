import { statSync } from 'node:fs';
import { ShorthandError } from '../../common/errors';
import { openDatabase, rollBack, setAside, type OpenDatabase } from './database';
import { storeFault, toStoreError } from './sqliteErrors';
import { Statements } from './statements';

interface OpenStore {
  readonly file: OpenDatabase;
  readonly statements: Statements;
}

export interface ConnectionOptions {
  readonly path: string;
  /** A hard limit of the file, in pages of 8 KiB. */
  readonly maxPages?: number | undefined;
  /** Called when the file that was open is no longer used: ids of its rows mean nothing any more. */
  readonly onDisconnect: () => void;
}

type Work<T> = (statements: Statements, file: OpenDatabase) => T;

const busyRetries = 3;
const busyPause = 100;

/** The file of the slot store, opened again when it was replaced and begun anew when it is damaged. Every method blocks. */
export class StoreConnection {
  #open: OpenStore | undefined;
  #closed = false;
  #rebuilt = false;

  constructor(private readonly options: ConnectionOptions) {}

  /** True when a damaged file was set aside. */
  get rebuilt(): boolean {
    return this.#rebuilt;
  }

  get closed(): boolean {
    return this.#closed;
  }

  read<T>(work: Work<T>): T {
    return this.#retry(() => {
      const { statements, file } = this.#current();
      return work(statements, file);
    });
  }

  /** Runs `work` in a transaction that holds the write lock from its start: a lock that is taken late can't be waited for. */
  write(work: Work<void>): void {
    this.#retry(() => {
      const { statements, file } = this.#current();
      file.database.exec('BEGIN IMMEDIATE');
      try {
        work(statements, file);
        file.database.exec('COMMIT');
      } catch (error) {
        rollBack(file.database);
        throw error;
      }
    });
  }

  close(): void {
    this.#disconnect();
    this.#closed = true;
  }

  #connect(): OpenStore {
    const file = openDatabase(this.options.path, this.options.maxPages);
    this.#rebuilt ||= file.rebuilt;
    return { file, statements: new Statements(file.database) };
  }

  #disconnect(): void {
    this.#open?.file.database.close();
    this.#open = undefined;
    this.options.onDisconnect();
  }

  /** The open file; opened again when another process has replaced it or somebody has deleted it. */
  #current(): OpenStore {
    if (this.#closed) {
      throw new ShorthandError('store-unavailable', 'The slot store is closed.');
    }
    if (this.#open !== undefined && statSync(this.options.path, { throwIfNoEntry: false })?.ino !== this.#open.file.inode) {
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
    setAside(this.options.path, inode);
    this.#rebuilt = true;
  }
}
