import type { EngineParts } from './engineParts';
import { slotId, slotKey, type SlotRequest } from './provideSlots';

type Vector = Float32Array;

/** Windows whose slots are read at once. */
const windowsPerRead = 1024;

/** The mean slots of windows, kept as they were made of the slots in the store. */
export class MeanSlots {
  readonly #known = new Map<string, Vector>();

  /** Means of the windows that have slots, by hash. Errors: `store-*`, `out-of-memory`. */
  async of(parts: Pick<EngineParts, 'store' | 'bundle' | 'compressor'>, requests: readonly SlotRequest[]): Promise<ReadonlyMap<string, Vector>> {
    const missing = requests.filter(({ window, ratio }) => !this.#known.has(slotId(window.hash, ratio)));
    for (let start = 0; start < missing.length; start += windowsPerRead) {
      const keys = missing.slice(start, start + windowsPerRead).map(({ window, ratio }) => slotKey(parts, window.hash, ratio));
      const entries = parts.store.getMany(keys).filter(entry => entry !== undefined);
      const means = await parts.compressor?.code.means(entries.map(({ codes }) => codes));
      entries.forEach(({ key }, i) => this.#known.set(slotId(key.windowHash, key.ratio), means?.[i] ?? new Float32Array(0)));
    }
    return new Map(
      requests.flatMap(({ window, ratio }) => {
        const mean = this.#known.get(slotId(window.hash, ratio));
        return mean === undefined ? [] : [[window.hash, mean] as const];
      }),
    );
  }

  /** Forgets what no request of a whole workspace names. */
  retain(requests: readonly SlotRequest[]): void {
    const named = new Set(requests.map(({ window, ratio }) => slotId(window.hash, ratio)));
    for (const id of this.#known.keys()) {
      if (!named.has(id)) {
        this.#known.delete(id);
      }
    }
  }
}

/**
 * How similar the slots of windows are to those of a question, by hash: the cosine of mean slots, after the mean of all windows is taken from both,
 * because all slots of an encoder point the same way to a large part. Only windows that have slots are compared.
 */
export async function similarities(parts: EngineParts, question: string, requests: readonly SlotRequest[], signal: AbortSignal | undefined): Promise<ReadonlyMap<string, number>> {
  const { compressor } = parts;
  if (compressor === undefined) {
    return new Map();
  }
  const { tokenizer, encoder, code } = compressor;
  parts.means.retain(requests);
  const means = await parts.means.of(parts, requests);
  const tokens = tokenizer.encode(question).subarray(0, encoder.spec.window);
  const ratio = requests[0]?.ratio;
  if (means.size === 0 || tokens.length === 0 || ratio === undefined) {
    return new Map();
  }
  // Not under the lock: it takes milliseconds, and a plan should not wait for the answer before it.
  const [own = new Float32Array(0)] = await code.means(await code.encode(await encoder.encode([tokens], ratio, signal === undefined ? {} : { signal })));
  const centre = mean([...means.values()], encoder.spec.width);
  const asked = minus(own, centre);
  return new Map([...means].map(([hash, vector]) => [hash, cosine(asked, minus(vector, centre))]));
}

function mean(vectors: readonly Vector[], width: number): Vector {
  const total = new Float32Array(width);
  for (const vector of vectors) {
    vector.forEach((value, i) => (total[i] = (total[i] ?? 0) + value / vectors.length));
  }
  return total;
}

function minus(one: Vector, other: Vector): Vector {
  return one.map((value, i) => value - (other[i] ?? 0));
}

function cosine(one: Vector, other: Vector): number {
  let dot = 0;
  let squares = 0;
  let others = 0;
  for (let i = 0; i < one.length; i++) {
    const a = one[i] ?? 0;
    const b = other[i] ?? 0;
    dot += a * b;
    squares += a * a;
    others += b * b;
  }
  return squares > 0 && others > 0 ? dot / Math.sqrt(squares * others) : 0;
}
