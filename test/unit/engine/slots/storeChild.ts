import { SlotStore } from '../../../../src/engine/slots/slotStore';
import { entryOf } from './storeEntries';

/** Runs in a process of its own: `node storeChild.cjs <file> <name> <batches> <batch size> [slots]`. Writes batches and says so, one line each. */
const [file = '', name = '', batches = '0', size = '0', slots = '4'] = process.argv.slice(2);
const store = new SlotStore(file, { budgetBytes: 1e9 });
let wrong = 0;
for (let batch = 0; batch < Number(batches); batch++) {
  const entries = Array.from({ length: Number(size) }, (_, i) => entryOf(`${name}-${batch}-${i}`, Number(slots)));
  process.send?.({ starting: batch });
  store.putMany(entries);
  const back = store.getMany(entries.map(entry => entry.key));
  wrong += back.filter((found, i) => found === undefined || Buffer.compare(found.codes, entries[i]!.codes) !== 0).length;
  process.send?.({ done: batch });
}
store.close();
process.exitCode = wrong === 0 ? 0 : 1;
