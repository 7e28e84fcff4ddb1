import { float16ToFloat32 } from '../float16';
import type { EngineParts } from './engineParts';
import { slotKey, type SlotRequest } from './provideSlots';

type Vector = Float32Array;

/** The mean slots of windows, kept as they were read from the store. */
export class MeanSlots {
  readonly #known = new Map<string, Vector>();

  /** Means of the windows that have slots, by hash. */
  of(parts: Pick<EngineParts, 'store' | 'bundle'>, requests: readonly SlotRequest[]): ReadonlyMap<string, Vector> {
    const missing = requests.filter(({ window, ratio }) => !this.#known.has(`${window.hash}/${ratio}`));
    const found = parts.store.meansOf(missing.map(({ window, ratio }) => slotKey(parts, window.hash, ratio)));
    missing.forEach(({ window, ratio }, i) => {
      const halves = found[i];
      if (halves !== undefined) {
        const mean = new Float32Array(halves.length);
        float16ToFloat32(halves, mean);
        this.#known.set(`${window.hash}/${ratio}`, mean);
      }
    });
    return new Map(
      requests.flatMap(({ window, ratio }) => {
        const mean = this.#known.get(`${window.hash}/${ratio}`);
        return mean === undefined ? [] : [[window.hash, mean] as const];
      }),
    );
  }

  /** Forgets what no request of a whole workspace names. */
  retain(requests: readonly SlotRequest[]): void {
    const named = new Set(requests.map(({ window, ratio }) => `${window.hash}/${ratio}`));
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
  const { tokenizer, encoder } = compressor;
  parts.means.retain(requests);
  const means = parts.means.of(parts, requests);
  const tokens = tokenizer.encode(question).subarray(0, encoder.spec.window);
  const ratio = requests[0]?.ratio;
  if (means.size === 0 || tokens.length === 0 || ratio === undefined) {
    return new Map();
  }
  // Not under the lock: it takes milliseconds, and a plan should not wait for the answer before it.
  const [encoded = new Float32Array(0)] = await encoder.encode([tokens], ratio, signal === undefined ? {} : { signal });
  const { width } = encoder.spec;
  const centre = mean([...means.values()], width);
  const asked = minus(mean(rows(encoded, width), width), centre);
  return new Map([...means].map(([hash, vector]) => [hash, cosine(asked, minus(vector, centre))]));
}

function rows(values: Float32Array, width: number): readonly Vector[] {
  return Array.from({ length: values.length / width }, (_, i) => values.subarray(i * width, (i + 1) * width));
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
