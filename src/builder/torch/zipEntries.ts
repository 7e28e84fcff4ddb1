import type { FileHandle } from 'node:fs/promises';
import { corrupt } from '../safetensors/header';

/** Where the bytes of a stored (not compressed) file lie in an archive. */
export interface ZipEntry {
  readonly begin: number;
  readonly bytes: number;
}

const endSignature = 0x06054b50;
const centralSignature = 0x02014b50;
const localSignature = 0x04034b50;
const endBytes = 22;
const centralBytes = 46;
const localBytes = 30;
/** The longest comment that can stand behind the end record. */
const maxComment = 0xffff;

/**
 * The files of a ZIP archive as `torch.save` writes it: nothing is compressed, nothing is larger than 4 GB.
 * Format: PKWARE APPNOTE.TXT 4.3. Errors: `bundle-corrupt`.
 */
export async function zipEntries(handle: FileHandle, file: string): Promise<ReadonlyMap<string, ZipEntry>> {
  const { size } = await handle.stat();
  const tail = await read(handle, Math.max(0, size - endBytes - maxComment), Math.min(size, endBytes + maxComment));
  let end = tail.length - endBytes;
  while (end >= 0 && tail.readUInt32LE(end) !== endSignature) {
    end--;
  }
  if (end < 0) {
    throw corrupt(file, 'it is no ZIP archive, as torch.save writes them');
  }
  const count = tail.readUInt16LE(end + 10);
  const directory = await read(handle, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const entries = new Map<string, ZipEntry>();
  for (let at = 0, i = 0; i < count; i++) {
    if (at + centralBytes > directory.length || directory.readUInt32LE(at) !== centralSignature) {
      throw corrupt(file, 'its directory is damaged');
    }
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map(offset => directory.readUInt16LE(at + offset));
    const nameEnd = at + centralBytes + (nameBytes ?? 0);
    const name = directory.toString('utf8', at + centralBytes, nameEnd);
    if (directory.readUInt16LE(at + 10) !== 0) {
      throw corrupt(file, `"${name}" is compressed`);
    }
    entries.set(name, { begin: await dataStart(handle, directory.readUInt32LE(at + 42), file), bytes: directory.readUInt32LE(at + 24) });
    at = nameEnd + (extraBytes ?? 0) + (commentBytes ?? 0);
  }
  return entries;
}

/** The bytes of a file stand behind a header of their own, whose extra field has another length than the directory's. */
async function dataStart(handle: FileHandle, header: number, file: string): Promise<number> {
  const local = await read(handle, header, localBytes);
  if (local.length < localBytes || local.readUInt32LE(0) !== localSignature) {
    throw corrupt(file, 'a file in it has no header');
  }
  return header + localBytes + local.readUInt16LE(26) + local.readUInt16LE(28);
}

async function read(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}
