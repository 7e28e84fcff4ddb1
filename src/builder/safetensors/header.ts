import * as v from 'valibot';
import { ShorthandError } from '../../common/errors';

/** Where one tensor lies. `begin` and `end` are byte offsets from the start of the file. */
export interface TensorEntry {
  /** As the file names it: `F32`, `BF16`, `I64` and so on. */
  readonly type: string;
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
 * Errors: `bundle-corrupt` when the header contradicts itself or the file. Format: https://github.com/huggingface/safetensors.
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
  const { dtype: type, shape, data_offsets: [first, last] } = parsed.output;
  if (last < first || dataStart + last > fileBytes) {
    throw corrupt(file, `tensor "${name}" lies at bytes ${dataStart + first} to ${dataStart + last}, the file has ${fileBytes}`);
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
