import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of its own for one test, deleted afterwards. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shorthand-parity-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder of checkpoints with expected outputs that the training package wrote (`python -m shorthand_training.goldens`). */
export function golden(...path: readonly string[]): string {
  return join(import.meta.dirname, '..', 'goldens', ...path);
}

export interface StoredTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Writes a safetensors file; `header` may be replaced to make a damaged one. */
export function writeSafetensors(file: string, tensors: Readonly<Record<string, StoredTensor>>, header: (text: string) => string = text => text): void {
  let offset = 0;
  const entries = Object.entries(tensors).map(([name, { dtype, shape, bytes }]) => {
    const begin = offset;
    offset += bytes.length;
    return [name, { dtype, shape, data_offsets: [begin, offset] }] as const;
  });
  const text = Buffer.from(header(JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) })));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(file, Buffer.concat([length, text, ...Object.values(tensors).map(tensor => tensor.bytes)]));
}

export function float32Tensor(values: Float32Array, shape: readonly number[]): StoredTensor {
  return { dtype: 'F32', shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}
