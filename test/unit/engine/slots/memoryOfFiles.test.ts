import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { rowBytes, shortHash, type FileRecord } from '../../../../src/engine/slots/slotEntry';
import { SlotStore, type SlotStoreOptions } from '../../../../src/engine/slots/slotStore';
import { tempFolder } from '../workspace/tempFolder';
import { entryOf, slotBytes } from './storeEntries';

const open: SlotStore[] = [];
afterEach(() => open.splice(0).forEach(store => store.close()));

function openStore(options: Partial<SlotStoreOptions> = {}, file = path.join(tempFolder(), 'slots.db')): SlotStore {
  const store = new SlotStore(file, { budgetBytes: 1e9, ...options });
  open.push(store);
  return store;
}

const at = (...names: readonly string[]) => path.resolve('/w', ...names);
const record = (file: string, ...windowHashes: readonly string[]): FileRecord => ({ path: file, encoderId: 'encoder', windowHashes: windowHashes.map(shortHash) });
const hash = (name: string) => entryOf(name).key.windowHash;

describe('what is known of windows', () => {
  test('fidelity is kept beside the slots, and goes when they are replaced', () => {
    const file = path.join(tempFolder(), 'slots.db');
    const [one, other] = [entryOf('one'), entryOf('other')];
    const store = openStore({}, file);
    store.putMany([one, other]);
    expect(store.meanFidelity('encoder', 8)).toBeUndefined();
    store.putFidelity(one.key, 0.25);
    store.putFidelity(other.key, 0.75);
    store.putFidelity(entryOf('gone').key, 1);
    store.close();
    const again = openStore({}, file);
    expect(again.shapesOf([one.key])[0]).toMatchObject({ fidelity: 0.25, slotCount: one.slotCount });
    expect(again.meanFidelity('encoder', 8)).toBe(0.5);
    again.putMany([one]);
    expect(again.shapesOf([one.key, other.key]).map(known => known?.fidelity)).toEqual([undefined, 0.75]);
  });
});

describe('what is remembered of files', () => {
  test('is found by file and by folder', () => {
    const store = openStore();
    const records = [record(at('a.ts'), hash('h1')), record(at('lib-old', 'c.ts'), hash('h4')), record(at('lib', 'b.ts'), hash('h2'), hash('h3'))];
    store.putFiles([...records, { ...record(at('a.ts'), hash('h9')), encoderId: 'other' }]);
    expect(store.filesUnder([at('lib')], 'encoder')).toEqual([records[2]]);
    expect(store.filesUnder([at('a.ts'), at('lib-old') + path.sep], 'encoder')).toEqual([records[0], records[1]]);
    expect(store.filesUnder([at()], 'encoder')).toEqual(records);
    store.putFiles([record(at('a.ts'), hash('h5'))]);
    expect(store.filesUnder([at('a.ts')], 'encoder')).toEqual([record(at('a.ts'), hash('h5'))]);
  });

  test('goes with forget and clear', () => {
    const store = openStore();
    const [one, other] = [entryOf('one'), entryOf('other')];
    const fine = { ...entryOf('fine', 8), key: { ...one.key, ratio: 4 as const } };
    store.putMany([one, fine, other]);
    store.putFidelity(one.key, 0.5);
    const records = [record(at('a.ts'), one.key.windowHash), record(at('b.ts'), other.key.windowHash)];
    store.putFiles(records);
    expect(store.forget([one.key.windowHash], records.slice(0, 1), 'encoder')).toMatchObject({ windows: 2, slots: 12, bytes: 12 * slotBytes + 2 * rowBytes });
    expect(store.filesUnder([at()], 'encoder')).toEqual([records[1]]);
    expect(store.getMany([one.key, fine.key, other.key])).toEqual([undefined, undefined, other]);
    expect(store.forget([one.key.windowHash], [], 'encoder')).toMatchObject({ windows: 0, slots: 0, bytes: 0 });
    store.clear();
    expect(store.filesUnder([at()], 'encoder')).toEqual([]);
  });

  test('goes when its slots are evicted', () => {
    let seconds = 1000;
    const bytes = 4 * slotBytes + rowBytes;
    const store = openStore({ budgetBytes: 4 * bytes, now: () => seconds * 1000 });
    const fill = (name: string, count: number): void => {
      const entries = Array.from({ length: count }, (_, i) => entryOf(`${name}-${i}`));
      store.putMany(entries);
      store.putFiles([record(at(`${name}.ts`), ...entries.map(entry => entry.key.windowHash))]);
      seconds += 5000;
    };
    fill('old', 2);
    fill('newer', 2);
    expect(store.filesUnder([at()], 'encoder')).toHaveLength(2);
    fill('newest', 2);
    expect(store.filesUnder([at()], 'encoder').map(({ path: file }) => path.basename(file))).toEqual(['newer.ts', 'newest.ts']);
    fill('last', 3);
    expect(store.filesUnder([at()], 'encoder').map(({ path: file }) => path.basename(file))).toEqual(['last.ts']);
    expect(store.stats().windows).toBe(3);
  });
});
