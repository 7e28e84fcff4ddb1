import type { Ratio } from '../../common/bundle';
import { throwIfCancelled } from '../../common/errors';
import { float32ToFloat16 } from '../float16';
import type { SlotEntry, SlotKey } from '../slots/slotEntry';
import { requireCompressor, type EngineParts } from './engineParts';
import type { Priority } from './inferenceLock';
import { tryToStore } from './tryToStore';
import type { IndexedWindow } from './workspaceIndex';

/** Windows that are encoded and stored at once: few, so that a cancel or a crash loses little and an answer waits for little. */
const windowsPerTurn = 16;

/** A window, and the ratio at which its slots are wanted. */
export interface SlotRequest {
  readonly window: IndexedWindow;
  readonly ratio: Ratio;
}

export interface ProvideOptions {
  readonly priority: Priority;
  readonly signal?: AbortSignal | undefined;
}

interface EncodeOptions extends ProvideOptions {
  /** Called after every turn with its entries, and how many of them were encoded now. */
  readonly onProvided?: ((entries: readonly SlotEntry[], encoded: number) => void) | undefined;
}

/** Slots by `slotId`. */
export type SlotMap = ReadonlyMap<string, SlotEntry>;

type Provider = Pick<EngineParts, 'bundle' | 'compressor' | 'store' | 'lock' | 'warn'>;

export function slotKey({ bundle }: Pick<EngineParts, 'bundle'>, windowHash: string, ratio: Ratio): SlotKey {
  return { windowHash, encoderId: bundle.encoderId, ratio };
}

/** Names the slots of a window at a ratio among those of one encoder. */
export function slotId(windowHash: string, ratio: Ratio): string {
  return `${windowHash}/${ratio}`;
}

/** What the encoder made of a window's tokens, as the store holds it: rounded to float16. */
export function slotEntry(parts: Pick<EngineParts, 'bundle' | 'compressor'>, key: SlotKey, values: Float32Array = new Float32Array(0), tokens: Int32Array = new Int32Array(0)): SlotEntry {
  const { width } = requireCompressor(parts).encoder.spec;
  const slots = new Uint16Array(values.length);
  float32ToFloat16(values, slots);
  return { key, slots, slotCount: values.length / width, width, tokenCount: tokens.length };
}

/** The windows that have no slots yet, each content and ratio once. */
export function missingSlots(parts: Provider, requests: readonly SlotRequest[]): readonly SlotRequest[] {
  const wanted = distinct(requests);
  const shapes = parts.store.shapesOf(wanted.map(({ window, ratio }) => slotKey(parts, window.hash, ratio)));
  return wanted.filter((_, index) => shapes[index] === undefined);
}

/**
 * Encodes windows and stores their slots, a few at a time. What was stored stays when a later turn is cancelled or fails. Windows that another
 * call has encoded meanwhile are taken from the store: calls encode one after another, under the lock.
 * Errors: `no-compressor`, `cancelled`, `store-unavailable`, the encoder's, and `disk-full` unless an answer is waited for, which needs no store.
 */
export async function encodeWindows(parts: Provider, requests: readonly SlotRequest[], { priority, signal, onProvided }: EncodeOptions): Promise<void> {
  for (const [ratio, windows] of byRatio(requests)) {
    // Similar lengths side by side: a batch is padded to its longest window.
    const ordered = windows.toSorted((a, b) => b.tokenCount - a.tokenCount);
    for (let start = 0; start < ordered.length; start += windowsPerTurn) {
      const turn = ordered.slice(start, start + windowsPerTurn);
      await parts.lock.run(priority, signal, async () => {
        const found = parts.store.getMany(turn.map(window => slotKey(parts, window.hash, ratio)));
        const missing = turn.filter((_, i) => found[i] === undefined);
        const { tokenizer, encoder } = requireCompressor(parts);
        const tokens = missing.map(window => tokenizer.encode(window.text));
        const encoded = await encoder.encode(tokens, ratio, signal === undefined ? {} : { signal });
        const entries = missing.map((window, i) => slotEntry(parts, slotKey(parts, window.hash, ratio), encoded[i], tokens[i]));
        // An answer has its slots in memory; compression is for the store.
        const store = (): void => parts.store.putMany(entries);
        if (priority === 'answer') {
          tryToStore(parts, store);
        } else {
          store();
        }
        onProvided?.([...found.filter(entry => entry !== undefined), ...entries], entries.length);
      });
    }
  }
}

/**
 * The slots of windows: from the store where they are known and whole, else encoded now and stored. `onProvided` is called
 * with what there is so far as long as something has to be encoded. Errors as for `encodeWindows`.
 */
export async function provideSlots(
  parts: Provider,
  requests: readonly SlotRequest[],
  options: ProvideOptions & { readonly onProvided?: ((slots: SlotMap) => void) | undefined },
): Promise<SlotMap> {
  throwIfCancelled(options.signal);
  const wanted = distinct(requests);
  const found = parts.store.getMany(wanted.map(({ window, ratio }) => slotKey(parts, window.hash, ratio)));
  const slots = new Map<string, SlotEntry>();
  const add = (entry: SlotEntry): unknown => slots.set(slotId(entry.key.windowHash, entry.key.ratio), entry);
  found.filter(entry => entry !== undefined).forEach(add);
  const missing = wanted.filter(({ window, ratio }) => !slots.has(slotId(window.hash, ratio)));
  if (missing.length > 0) {
    options.onProvided?.(slots);
  }
  await encodeWindows(parts, missing, {
    ...options,
    onProvided: entries => {
      entries.forEach(add);
      options.onProvided?.(slots);
    },
  });
  return slots;
}

function distinct(requests: readonly SlotRequest[]): readonly SlotRequest[] {
  return [...new Map(requests.map(request => [slotId(request.window.hash, request.ratio), request])).values()];
}

function byRatio(requests: readonly SlotRequest[]): ReadonlyMap<Ratio, readonly IndexedWindow[]> {
  const groups = new Map<Ratio, IndexedWindow[]>();
  for (const { window, ratio } of requests) {
    groups.set(ratio, [...(groups.get(ratio) ?? []), window]);
  }
  return groups;
}
