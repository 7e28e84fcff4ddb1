import { readFileSync, writeFileSync } from 'node:fs';

/** A tensor of a safetensors file with its bytes. */
export interface FileTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export function readTensors(file: string): Record<string, FileTensor> {
  const bytes = readFileSync(file);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, start)) as Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
  const tensors = Object.entries(header).filter(([name]) => name !== '__metadata__');
  return Object.fromEntries(tensors.map(([name, { dtype, shape, data_offsets: [first, last] }]) => [name, { dtype, shape, bytes: bytes.subarray(start + first, start + last) }]));
}

export function writeTensors(file: string, tensors: Readonly<Record<string, FileTensor>>): void {
  let end = 0;
  const header = Object.entries(tensors).map(([name, { dtype, shape, bytes }]) => [name, { dtype, shape, data_offsets: [end, (end += bytes.length)] }] as const);
  const text = Buffer.from(JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(header) }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(file, Buffer.concat([length, text, ...Object.values(tensors).map(({ bytes }) => bytes)]));
}

/** Float32 values that look random and are the same in every run. */
export function noise(shape: readonly number[], seed: number, size: number): FileTensor {
  const values = Float32Array.from({ length: shape.reduce((product, extent) => product * extent, 1) }, (_, i) => size * Math.sin((i + 1) * 12.9898 + seed * 78.233) * Math.cos(i * 0.37 + seed));
  return { dtype: 'F32', shape, bytes: new Uint8Array(values.buffer) };
}

/** A matrix with `count` rows more, copies of its own first ones, put in before row `at`. */
export function moreRows(tensor: FileTensor, count: number, at = tensor.shape[0] ?? 0): FileTensor {
  const [rows = 0, ...rest] = tensor.shape;
  const rowBytes = tensor.bytes.length / rows;
  const added = Array.from({ length: count }, (_, i) => tensor.bytes.subarray((i % at) * rowBytes, (i % at + 1) * rowBytes));
  return { ...tensor, shape: [rows + count, ...rest], bytes: Buffer.concat([tensor.bytes.subarray(0, at * rowBytes), ...added, tensor.bytes.subarray(at * rowBytes)]) };
}

/** The same for columns. */
export function moreColumns(tensor: FileTensor, count: number, at: number): FileTensor {
  const [rows = 0, columns = 0] = tensor.shape;
  const lines = Array.from({ length: rows }, (_, row) => tensor.bytes.subarray((row * tensor.bytes.length) / rows, ((row + 1) * tensor.bytes.length) / rows));
  const grown = lines.map(line => moreRows({ ...tensor, shape: [columns], bytes: line }, count, at).bytes);
  return { ...tensor, shape: [rows, columns + count], bytes: Buffer.concat(grown) };
}
