import { writeFileSync } from 'node:fs';

/** A tensor of a safetensors file with its bytes. */
export interface FileTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export function writeTensors(file: string, tensors: Readonly<Record<string, FileTensor>>): void {
  let end = 0;
  const header = Object.entries(tensors).map(([name, { dtype, shape, bytes }]) => [name, { dtype, shape, data_offsets: [end, (end += bytes.length)] }] as const);
  const text = Buffer.from(JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(header) }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(file, Buffer.concat([length, text, ...Object.values(tensors).map(({ bytes }) => bytes)]));
}

/** Float32 values between -size and size that look random and are the same in every run. */
export function noise(shape: readonly number[], seed: number, size: number): FileTensor {
  let state = seed + 1;
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
  const values = Float32Array.from({ length: shape.reduce((product, extent) => product * extent, 1) }, () => size * (next() / 2 ** 31 - 1));
  return { dtype: 'F32', shape, bytes: new Uint8Array(values.buffer) };
}
