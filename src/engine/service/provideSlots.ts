import type { Ratio } from '../../common/bundle';
import { throwIfCancelled } from '../../common/errors';
import { float32ToFloat16 } from '../float16';
import type { SlotEntry, SlotKey } from '../slots/slotEntry';
import type { EngineParts } from './engineParts';
import type { Priority } from './inferenceLock';
import type { IndexedWindow } from './workspaceIndex';

/** Windows that are encoded and stored at once: few, so that a cancel or a crash loses little and an answer waits for little. */
const windowsPerTurn = 16;

export interface ProvideOptions {
  readonly ratio: Ratio;
  readonly priority: Priority;
  readonly signal?: AbortSignal | undefined;
  /** Called with the newly stored entries of every turn. */
  readonly onEncoded?: ((entries: readonly SlotEntry[]) => void) | undefined;
}

type Provider = Pick<EngineParts, 'bundle' | 'tokenizer' | 'encoder' | 'store' | 'lock'>;

export function slotKey({ bundle }: Pick<EngineParts, 'bundle'>, windowHash: string, ratio: Ratio): SlotKey {
  return { windowHash, encoderId: bundle.encoderId, ratio };
}

/** What the encoder made of a window's tokens, as the store holds it: rounded to float16. */
export function slotEntry({ encoder }: Pick<EngineParts, 'encoder'>, key: SlotKey, values: Float32Array = new Float32Array(0), tokens: Int32Array = new Int32Array(0)): SlotEntry {
  const { width } = encoder.spec;
  const slots = new Uint16Array(values.length);
  float32ToFloat16(values, slots);
  return { key, slots, slotCount: values.length / width, width, tokenCount: tokens.length };
}

/** The windows that have no slots at a ratio yet, each content once. */
export function missingWindows(parts: Provider, windows: readonly IndexedWindow[], ratio: Ratio): readonly IndexedWindow[] {
  const distinct = [...new Map(windows.map(window => [window.hash, window])).values()];
  const shapes = parts.store.shapesOf(distinct.map(window => slotKey(parts, window.hash, ratio)));
  return distinct.filter((_, index) => shapes[index] === undefined);
}

/**
 * Encodes windows and stores their slots, a few at a time. What was stored stays when a later turn is cancelled or fails.
 * Errors: `cancelled`, `disk-full`, `store-unavailable`, and the encoder's.
 */
export async function encodeWindows(parts: Provider, windows: readonly IndexedWindow[], options: ProvideOptions): Promise<void> {
  const { ratio, priority, signal, onEncoded } = options;
  // Similar lengths side by side: a batch is padded to its longest window.
  const ordered = windows.toSorted((a, b) => b.tokenCount - a.tokenCount);
  for (let start = 0; start < ordered.length; start += windowsPerTurn) {
    const turn = ordered.slice(start, start + windowsPerTurn);
    const tokens = turn.map(window => parts.tokenizer.encode(window.text));
    const encoded = await parts.lock.run(priority, signal, () => parts.encoder.encode(tokens, ratio, signal === undefined ? {} : { signal }));
    const entries = turn.map((window, i) => slotEntry(parts, slotKey(parts, window.hash, ratio), encoded[i], tokens[i]));
    parts.store.putMany(entries);
    onEncoded?.(entries);
  }
}

/**
 * The slots of windows, by window hash: from the store where they are known and whole, else encoded now and stored. `onProvided` is called
 * with what there is so far as long as something has to be encoded. Errors as for `encodeWindows`.
 */
export async function provideSlots(
  parts: Provider,
  windows: readonly IndexedWindow[],
  options: Omit<ProvideOptions, 'onEncoded'> & { readonly onProvided?: ((slots: ReadonlyMap<string, SlotEntry>) => void) | undefined },
): Promise<ReadonlyMap<string, SlotEntry>> {
  throwIfCancelled(options.signal);
  const distinct = [...new Map(windows.map(window => [window.hash, window])).values()];
  const found = parts.store.getMany(distinct.map(window => slotKey(parts, window.hash, options.ratio)));
  const slots = new Map(found.flatMap(entry => (entry === undefined ? [] : [[entry.key.windowHash, entry] as const])));
  const missing = distinct.filter(window => !slots.has(window.hash));
  if (missing.length > 0) {
    options.onProvided?.(slots);
  }
  await encodeWindows(parts, missing, {
    ...options,
    onEncoded: entries => {
      entries.forEach(entry => slots.set(entry.key.windowHash, entry));
      options.onProvided?.(slots);
    },
  });
  return slots;
}
