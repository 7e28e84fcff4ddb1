import type { FileHandle } from 'node:fs/promises';
import { errorMessage, ShorthandError } from '../../common/errors';
import { floatBytes, type FloatType } from '../safetensors/floats';
import { corrupt, type TensorEntry } from '../safetensors/header';
import { openToRead, readExactly, TensorFile } from '../safetensors/tensorFile';
import { unpickle, type Pickled } from './unpickle';
import { zipEntries, type ZipEntry } from './zipEntries';

const storageTypes = new Map<string, FloatType>([
  ['torch.FloatStorage', 'F32'],
  ['torch.HalfStorage', 'F16'],
  ['torch.BFloat16Storage', 'BF16'],
]);

/**
 * Opens a file that `torch.save` wrote: a dictionary of tensors. Nothing in it is run.
 * Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported` (a tensor that is not laid out row by row).
 */
export async function openTorchFile(file: string): Promise<TensorFile> {
  const handle = await openToRead(file);
  try {
    return new TensorFile(file, await readTable(handle, file), handle);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readTable(handle: FileHandle, file: string): Promise<ReadonlyMap<string, TensorEntry>> {
  const files = await zipEntries(handle, file);
  const [name, table] = [...files].find(([path]) => path.endsWith('/data.pkl')) ?? [];
  if (name === undefined || table === undefined) {
    throw corrupt(file, 'it has no data.pkl');
  }
  const storageOf = (key: string): ZipEntry | undefined => files.get(`${name.slice(0, -'data.pkl'.length)}data/${key}`);
  const entries = new Map<string, TensorEntry>();
  for (const [key, tensor] of dictionary(await parse(handle, table, file), file)) {
    entries.set(key, tensorEntry(key, tensor, storageOf, file));
  }
  return entries;
}

async function parse(handle: FileHandle, { begin, bytes }: ZipEntry, file: string): Promise<Pickled> {
  try {
    return unpickle(Buffer.from(await readExactly(handle, begin, bytes, file)));
  } catch (error) {
    throw corrupt(file, errorMessage(error), error);
  }
}

/** A plain dictionary or an ordered one, which is a call that got entries. */
function dictionary(pickled: Pickled, file: string): readonly (readonly [string, Pickled])[] {
  if (pickled.kind !== 'dict' && pickled.kind !== 'call') {
    throw corrupt(file, 'it holds no dictionary of tensors');
  }
  return pickled.entries.flatMap(([key, item]) => (key.kind === 'value' && typeof key.value === 'string' && item.kind === 'call' ? [[key.value, item] as const] : []));
}

/** `_rebuild_tensor_v2(storage, offset, size, stride, ...)` with the storage `('storage', type, key, device, elements)`. */
function tensorEntry(name: string, tensor: Pickled, storageOf: (key: string) => ZipEntry | undefined, file: string): TensorEntry {
  if (tensor.kind !== 'call' || tensor.target.kind !== 'global' || tensor.target.name !== 'torch._utils._rebuild_tensor_v2') {
    throw corrupt(file, `"${name}" is no tensor`);
  }
  const [storage, offset, size, stride] = tensor.args;
  const id = storage?.kind === 'persistent' && storage.id.kind === 'list' ? storage.id.items : [];
  const [, storageType, key] = id;
  const type = storageType?.kind === 'global' ? storageTypes.get(storageType.name) : undefined;
  if (type === undefined) {
    throw new ShorthandError('bundle-unsupported', `${file}: tensor "${name}" has a type that can't be read.`);
  }
  const place = key?.kind === 'value' ? storageOf(String(key.value)) : undefined;
  const shape = numbers(size);
  if (place === undefined || shape === undefined || offset?.kind !== 'value' || typeof offset.value !== 'number') {
    throw corrupt(file, `tensor "${name}" has no data`);
  }
  const rowMajor = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, 1));
  const strides = numbers(stride);
  if (strides === undefined || strides.some((step, axis) => shape[axis] !== 1 && step !== rowMajor[axis])) {
    throw new ShorthandError('bundle-unsupported', `${file}: tensor "${name}" is not laid out row by row.`);
  }
  const begin = place.begin + offset.value * floatBytes[type];
  const end = begin + shape.reduce((product, extent) => product * extent, floatBytes[type]);
  if (end > place.begin + place.bytes) {
    throw corrupt(file, `tensor "${name}" is longer than its data`);
  }
  return { type, shape, begin, end };
}

function numbers(pickled: Pickled | undefined): readonly number[] | undefined {
  if (pickled?.kind !== 'list') {
    return undefined;
  }
  const items = pickled.items.flatMap(item => (item.kind === 'value' && typeof item.value === 'number' ? [item.value] : []));
  return items.length === pickled.items.length ? items : undefined;
}
