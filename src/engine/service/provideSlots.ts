import type { Ratio } from '../../common/bundle';
import { throwIfCancelled } from '../../common/errors';
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

/** A window's tokens, and how its slots are named. */
export interface NamedWindow {
  readonly key: SlotKey;
  readonly tokens: Int32Array;
}

/** The slots of windows at one ratio, in their code: what the store keeps, and what the decoder reads of them. Errors: `no-compressor`, and the encoder's. */
export async function encodedEntries(parts: Pick<EngineParts, 'bundle' | 'compressor'>, windows: readonly NamedWindow[], ratio: Ratio, signal: AbortSignal | undefined): Promise<readonly SlotEntry[]> {
  const { encoder, code } = requireCompressor(parts);
  const slots = await encoder.encode(windows.map(({ tokens }) => tokens), ratio, signal === undefined ? {} : { signal });
  const codes = await code.encode(slots);
  const { slotBytes } = code;
  return windows.map(({ key, tokens }, i) => {
    const bytes = codes[i] ?? new Uint8Array(0);
    return { key, codes: bytes, slotCount: bytes.length / slotBytes, slotBytes, tokenCount: tokens.length };
  });
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
        const { tokenizer } = requireCompressor(parts);
        const named = missing.map(window => ({ key: slotKey(parts, window.hash, ratio), tokens: tokenizer.encode(window.text) }));
        const entries = await encodedEntries(parts, named, ratio, signal);
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
