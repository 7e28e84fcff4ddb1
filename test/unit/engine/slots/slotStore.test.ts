import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from 'vitest';
import { bundleScript } from '../../bundleScript';
import { codeOf } from '../codeOf';
import { rowBytes, shortHash, type SlotEntry } from '../../../../src/engine/slots/slotEntry';
import { SlotStore, type SlotStoreOptions } from '../../../../src/engine/slots/slotStore';
import { tempFolder } from '../workspace/tempFolder';
import { entryOf, slotBytes } from './storeEntries';

const open: SlotStore[] = [];
afterEach(() => open.splice(0).forEach(store => store.close()));

function openStore(file: string, options: Partial<SlotStoreOptions> = {}): SlotStore {
  const store = new SlotStore(file, { budgetBytes: 1e9, ...options });
  open.push(store);
  return store;
}

const storeFile = () => path.join(tempFolder(), 'deep', 'slots.db');
const entries = (name: string, count: number, slotCount = 4) => Array.from({ length: count }, (_, i) => entryOf(`${name}-${i}`, slotCount));
const keys = (list: readonly SlotEntry[]) => list.map(entry => entry.key);
const present = (store: SlotStore, list: readonly SlotEntry[]) => store.getMany(keys(list)).filter(found => found !== undefined).length;

describe('reading and writing', () => {
  test('gives back what was put, after a restart too', () => {
    const file = storeFile();
    const list = entries('a', 20);
    openStore(file).putMany(list);
    open.pop()?.close();
    const store = openStore(file);
    expect(store.storeRebuilt).toBe(false);
    expect(store.getMany([...keys(list), entryOf('other').key])).toEqual([...list, undefined]);
    expect(store.shapesOf([list[0]!.key, entryOf('other').key])).toEqual([expect.objectContaining({ slotCount: 4, slotBytes, tokenCount: 32 }), undefined]);
    expect(store.stats()).toEqual({ windows: 20, slots: 80, bytes: 20 * (4 * slotBytes + rowBytes), budgetBytes: 1e9, droppedRows: 0 });
  });

  test('parts rows by hash, encoder and ratio, and replaces equal ones', () => {
    const store = openStore(storeFile());
    const one = entryOf('a');
    const other: SlotEntry = { ...entryOf('b'), key: { ...one.key, encoderId: 'other' } };
    const coarse: SlotEntry = { ...entryOf('c', 2), key: { ...one.key, ratio: 16 } };
    store.putMany([one, other, coarse]);
    const newer: SlotEntry = { ...entryOf('d', 3), key: one.key };
    store.putMany([newer]);
    expect(store.getMany([one.key, other.key, coarse.key])).toEqual([newer, other, coarse]);
    expect(store.stats().windows).toBe(3);
  });

  test('takes a view into a larger array, and an empty list', () => {
    const store = openStore(storeFile());
    const big = new Uint8Array(1000).map((_, i) => i);
    const entry: SlotEntry = { ...entryOf('a', 2), codes: big.subarray(101, 101 + 2 * slotBytes) };
    store.putMany([entry]);
    store.putMany([]);
    expect(store.getMany([entry.key])[0]?.codes).toEqual(entry.codes.slice());
  });

  test('refuses an entry whose size is wrong, and the whole batch with it', () => {
    const store = openStore(storeFile());
    expect(() => store.putMany([entryOf('a'), { ...entryOf('b'), slotCount: 5 }])).toThrow(RangeError);
    expect(store.stats().windows).toBe(0);
  });

  test('clear forgets everything and gives the space back', () => {
    const file = storeFile();
    const store = openStore(file);
    store.putMany(entries('a', 200, 64));
    expect(store.clear().windows).toBe(200);
    expect(store.stats()).toMatchObject({ windows: 0, bytes: 0 });
    expect(statSync(file).size).toBeLessThan(400_000);
  });

  test('a closed store says so', () => {
    const store = openStore(storeFile());
    store.close();
    store.close();
    expect(codeOf(() => store.stats())).toBe('store-unavailable');
  });
});

describe('budget', () => {
  const bytes = 4 * slotBytes + rowBytes;

  test('what was not used for longest goes first', () => {
    let time = 1_000_000_000;
    const store = openStore(storeFile(), { budgetBytes: 100 * bytes, now: () => time });
    const [a, b, c] = [entries('a', 40), entries('b', 40), entries('c', 40)];
    for (const batch of [a, b]) {
      store.putMany(batch);
      time += 3_600_000;
    }
    // The older half is used again.
    expect(present(store, a)).toBe(40);
    time += 3_600_000;
    store.putMany(c);
    expect(present(store, a)).toBe(40);
    expect(present(store, c)).toBe(40);
    expect(present(store, b)).toBe(10);
    expect(store.stats().bytes).toBeLessThanOrEqual(90 * bytes);
  });

  test('a smaller budget holds from the next opening on', () => {
    const file = storeFile();
    openStore(file).putMany(entries('a', 50));
    open.pop()?.close();
    expect(openStore(file, { budgetBytes: 20 * bytes }).stats().windows).toBe(18);
  });

  test('counts what the file takes', () => {
    const file = storeFile();
    const store = openStore(file);
    // As many as this repository's sources have at 8x, and as large.
    const list = Array.from({ length: 2100 }, (_, i) => ({ ...entryOf(`w-${i}`), slotCount: 21, slotBytes: 20, codes: new Uint8Array(21 * 20).fill(i) }));
    for (let start = 0; start < list.length; start += 14) {
      const batch = list.slice(start, start + 14);
      store.putMany(batch);
      const files = [batch.slice(0, 5), batch.slice(5, 10), batch.slice(10)].map((windows, i) => ({ windows, name: `/home/somebody/project/src/engine/service/file-${start}-${i}.ts` }));
      store.putFiles(files.map(({ windows, name }) => ({ path: name, encoderId: 'encoder', windowHashes: windows.map(({ key }) => shortHash(key.windowHash)) })));
    }
    const { bytes } = store.stats();
    store.close();
    expect(bytes).toBe(2100 * (420 + rowBytes));
    expect(statSync(file).size).toBeGreaterThan(0.93 * bytes);
    expect(statSync(file).size).toBeLessThan(1.07 * bytes);
  });

  test('uses survive a restart', () => {
    const file = storeFile();
    let time = 1_000_000_000;
    const now = () => time;
    const first = openStore(file, { now });
    first.putMany(entries('a', 10));
    time += 1000;
    first.putMany(entries('b', 10));
    time += 3_600_000;
    first.getMany(keys(entries('a', 5)));
    first.shapesOf(keys(entries('a', 10)));
    first.close();
    const second = openStore(file, { now, budgetBytes: 12 * bytes });
    expect(present(second, entries('a', 10))).toBe(10);
    expect(present(second, entries('b', 10))).toBe(0);
  });
});

describe('damage', () => {
  /** Overwrites part of a file. */
  function scribble(file: string, at: number, length: number): void {
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.alloc(length, 0xa5), 0, length, at);
    closeSync(handle);
  }
  const setAside = (file: string) => readdirSync(path.dirname(file)).filter(name => name.includes('.corrupt-')).sort();

  test.each([
    ['a bad header', (file: string) => scribble(file, 0, 100)],
    ['not a database at all', (file: string) => writeFileSync(file, 'hello\n'.repeat(1000))],
    ['cut short', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 50_000))],
    ['a flipped page', (file: string) => scribble(file, 3 * 16384, 16384)],
  ])('%s: the file is set aside and a new one begun', (_name, damage) => {
    const file = storeFile();
    openStore(file).putMany(entries('a', 300, 32));
    open.pop()?.close();
    damage(file);
    const store = openStore(file);
    expect(store.storeRebuilt).toBe(true);
    expect(setAside(file)).toEqual(['slots.db.corrupt-1']);
    expect(present(store, entries('a', 300, 32))).toBe(0);
    store.putMany(entries('b', 10));
    expect(present(store, entries('b', 10))).toBe(10);
    store.close();
    scribble(file, 0, 100);
    openStore(file);
    expect(setAside(file)).toEqual(['slots.db.corrupt-1', 'slots.db.corrupt-2']);
  });

  test('a value that changed on disk is dropped and counted', () => {
    const file = storeFile();
    const list = entries('a', 20);
    openStore(file).putMany(list);
    open.pop()?.close();
    const contents = readFileSync(file);
    // A page that was split may hold an older copy before the one that counts.
    const at = contents.lastIndexOf(list[7]!.codes);
    expect(at).toBeGreaterThan(0);
    scribble(file, at + 100, 1);
    const store = openStore(file);
    expect(store.storeRebuilt).toBe(false);
    expect(present(store, list)).toBe(19);
    expect(store.stats()).toMatchObject({ windows: 19, droppedRows: 1 });
    store.putMany(list);
    expect(present(store, list)).toBe(20);
  });

  test('damage that shows only while reading', () => {
    const file = storeFile();
    // Too large for the check at opening.
    const list = entries('a', 600, 500);
    openStore(file).putMany(list);
    open.pop()?.close();
    for (let page = 5; page * 16384 < statSync(file).size - 16384; page += 3) {
      scribble(file, page * 16384, 16384);
    }
    const store = openStore(file);
    const found = store.getMany(keys(list));
    for (const [i, entry] of found.entries()) {
      if (entry !== undefined) {
        expect(Buffer.compare(entry.codes, list[i]!.codes)).toBe(0);
      }
    }
    expect(store.storeRebuilt || store.stats().droppedRows > 0).toBe(true);
    store.putMany(list);
    expect(present(store, list)).toBe(600);
  });

  test('another format is emptied, not set aside', () => {
    const file = storeFile();
    openStore(file).putMany(entries('a', 5));
    open.pop()?.close();
    const database = new DatabaseSync(file);
    database.exec('DROP TABLE vector; CREATE TABLE older (id INTEGER PRIMARY KEY); CREATE TABLE newer (id INTEGER PRIMARY KEY REFERENCES older)');
    database.exec('INSERT INTO older VALUES (1); INSERT INTO newer VALUES (1); PRAGMA user_version = 2');
    database.close();
    const store = openStore(file);
    expect(store.storeRebuilt).toBe(false);
    expect(store.stats().windows).toBe(0);
    store.putMany(entries('a', 5));
    expect(present(store, entries('a', 5))).toBe(5);
  });

  test('a file that is deleted under the store is made again', () => {
    const file = storeFile();
    const store = openStore(file);
    store.putMany(entries('a', 5));
    for (const suffix of ['', '-wal', '-shm']) {
      rmSync(file + suffix, { force: true });
    }
    expect(present(store, entries('a', 5))).toBe(0);
    store.putMany(entries('a', 5));
    expect(present(store, entries('a', 5))).toBe(5);
  });
});

describe('failures', () => {
  test('a full disk: nothing of the batch is kept, and the store goes on', () => {
    const store = openStore(storeFile(), { maxPages: 20 });
    store.putMany(entries('a', 10));
    expect(codeOf(() => store.putMany(entries('b', 2000, 64)))).toBe('disk-full');
    expect(present(store, entries('b', 2000, 64))).toBe(0);
    expect(present(store, entries('a', 10))).toBe(10);
    store.clear();
    store.putMany(entries('c', 10));
    expect(present(store, entries('c', 10))).toBe(10);
  });

  test('a place where no file can be', () => {
    const folder = tempFolder({ file: 'x' });
    mkdirSync(path.join(folder, 'folder'));
    expect(codeOf(() => openStore(path.join(folder, 'folder')))).toBe('store-unavailable');
    expect(codeOf(() => openStore(path.join(folder, 'file', 'slots.db')))).toBe('store-unavailable');
  });
});

describe('several processes', () => {
  function start(file: string, name: string, batches: number, size: number, slots = 4): ChildProcess {
    mkdirSync(path.dirname(file), { recursive: true });
    const script = bundleScript(path.join(__dirname, 'storeChild.ts'), path.dirname(file), `child-${name}`);
    return fork(script, [file, name, String(batches), String(size), String(slots)], { execArgv: ['--no-warnings'] });
  }

  test('write and read one store at once', async () => {
    const file = storeFile();
    const children = [start(file, 'x', 30, 20), start(file, 'y', 30, 20)];
    const exits = children.map(child => once(child, 'exit'));
    const store = openStore(file);
    for (let i = 0; i < 30; i++) {
      store.putMany(entries(`own-${i}`, 5));
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    expect((await Promise.all(exits)).map(([code]) => code as number)).toEqual([0, 0]);
    expect(store.stats().windows).toBe(2 * 30 * 20 + 150);
    expect(store.storeRebuilt).toBe(false);
    for (const name of ['x', 'y']) {
      for (let batch = 0; batch < 30; batch++) {
        expect(present(store, entries(`${name}-${batch}`, 20))).toBe(20);
      }
    }
  });

  test.each([1, 4, 9])('a process that is killed while it writes leaves whole batches (%i)', async waitMs => {
    const file = storeFile();
    const child = start(file, 'k', 1000, 150, 100);
    const exit = once(child, 'exit');
    let begun = 0;
    child.on('message', (message: { starting?: number }) => {
      if (message.starting !== undefined && ++begun === 4) {
        setTimeout(() => child.kill('SIGKILL'), waitMs);
      }
    });
    await exit;
    expect(child.signalCode).toBe('SIGKILL');
    const store = openStore(file);
    expect(store.storeRebuilt).toBe(false);
    const counts = Array.from({ length: begun + 20 }, (_, batch) => present(store, entries(`k-${batch}`, 150, 100)));
    expect(counts.every(count => count === 0 || count === 150)).toBe(true);
    expect(counts.filter(count => count === 150).length).toBeGreaterThanOrEqual(3);
    expect(store.stats().droppedRows).toBe(0);
    store.putMany(entries('after', 5));
    expect(present(store, entries('after', 5))).toBe(5);
  });
});
