import * as v from 'valibot';
import { ShorthandError } from '../../common/errors';

/** Element types that the builder reads. Source: the safetensors format description, https://github.com/huggingface/safetensors. */
export const floatTypes = ['F32', 'F16', 'BF16'] as const;
export type FloatType = (typeof floatTypes)[number];

/** Bytes of one element. */
export const floatBytes: Readonly<Record<FloatType, number>> = { F32: 4, F16: 2, BF16: 2 };

/** Where one tensor lies. `begin` and `end` are byte offsets from the start of the file. */
export interface TensorEntry {
  readonly type: FloatType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The length field of a safetensors file: an unsigned 64-bit little-endian integer. */
export const lengthFieldBytes = 8;

/** The format's own bound on its JSON header, in bytes. */
export const maxHeaderBytes = 100_000_000;

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const entrySchema = v.object({ dtype: v.string(), shape: v.array(size), data_offsets: v.tuple([size, size]) });
const headerSchema = v.record(v.string(), v.unknown());

/**
 * Parses the JSON header of a safetensors file. `fileBytes` is the size of the whole file, `headerBytes` the value of its length field.
 * Errors: `bundle-corrupt` when the header contradicts itself or the file, `bundle-unsupported` for other element types.
 */
export function parseHeader(json: string, headerBytes: number, fileBytes: number, file: string): ReadonlyMap<string, TensorEntry> {
  const header = v.safeParse(headerSchema, parseJson(json, file));
  if (!header.success) {
    throw corrupt(file, 'its header is not a JSON object');
  }
  const dataStart = lengthFieldBytes + headerBytes;
  const entries = new Map<string, TensorEntry>();
  for (const [name, value] of Object.entries(header.output)) {
    if (name !== '__metadata__') {
      entries.set(name, parseEntry(name, value, dataStart, fileBytes, file));
    }
  }
  return entries;
}

function parseEntry(name: string, value: unknown, dataStart: number, fileBytes: number, file: string): TensorEntry {
  const parsed = v.safeParse(entrySchema, value);
  if (!parsed.success) {
    throw corrupt(file, `tensor "${name}" has a malformed header entry`);
  }
  const { dtype, shape, data_offsets: [first, last] } = parsed.output;
  const type = floatTypes.find(known => known === dtype);
  if (type === undefined) {
    throw new ShorthandError('bundle-unsupported', `${file}: tensor "${name}" has the element type ${dtype}; F32, F16 and BF16 can be read.`);
  }
  const bytes = shape.reduce((product, extent) => product * extent, 1) * floatBytes[type];
  if (last - first !== bytes) {
    throw corrupt(file, `tensor "${name}" of shape [${shape.join(', ')}] needs ${bytes} bytes, its header entry gives ${last - first}`);
  }
  if (dataStart + last > fileBytes) {
    throw corrupt(file, `tensor "${name}" ends at byte ${dataStart + last}, the file has ${fileBytes}`);
  }
  return { type, shape, begin: dataStart + first, end: dataStart + last };
}

function parseJson(json: string, file: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw corrupt(file, 'its header is not JSON', error);
  }
}

/** A `bundle-corrupt` error about one file. */
export function corrupt(file: string, reason: string, cause?: unknown): ShorthandError {
  return new ShorthandError('bundle-corrupt', `${file}: ${reason}.`, { cause });
}
