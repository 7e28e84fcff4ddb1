import { open, type FileHandle } from 'node:fs/promises';
import { ShorthandError } from '../../common/errors';
import { corrupt, lengthFieldBytes, maxHeaderBytes, parseHeader, type TensorEntry } from './header';

/** An open file of tensors, of whichever format: where each lies is in memory, their values are read piece by piece. */
export class TensorFile {
  constructor(
    readonly file: string,
    readonly entries: ReadonlyMap<string, TensorEntry>,
    private readonly handle: FileHandle,
  ) {}

  /** Opens a safetensors file: reads and checks its header only. Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported`. */
  static async open(file: string): Promise<TensorFile> {
    const handle = await openToRead(file);
    try {
      const { size } = await handle.stat();
      const headerBytes = await readHeaderLength(handle, size, file);
      const header = await readExactly(handle, lengthFieldBytes, headerBytes, file);
      return new TensorFile(file, parseHeader(new TextDecoder().decode(header), headerBytes, size, file), handle);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Bytes `position` .. `position + length - 1`, in a buffer of their own. */
  read(position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    return readExactly(this.handle, position, length, this.file);
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** Errors: `bundle-missing`. */
export async function openToRead(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    throw new ShorthandError('bundle-missing', `${file} can't be opened.`, { cause: error });
  }
}

async function readHeaderLength(handle: FileHandle, fileBytes: number, file: string): Promise<number> {
  if (fileBytes < lengthFieldBytes) {
    throw corrupt(file, `it has ${fileBytes} bytes, too few for a safetensors header`);
  }
  const field = await readExactly(handle, 0, lengthFieldBytes, file);
  const length = new DataView(field.buffer).getBigUint64(0, true);
  if (length > BigInt(Math.min(maxHeaderBytes, fileBytes - lengthFieldBytes))) {
    throw corrupt(file, `its header claims ${length} bytes, the file has ${fileBytes}`);
  }
  return Number(length);
}

/** Errors: `bundle-corrupt` when the file ends before. */
export async function readExactly(handle: FileHandle, position: number, length: number, file: string): Promise<Uint8Array<ArrayBuffer>> {
  const buffer = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) {
      throw corrupt(file, `it ends at byte ${position + done}, before its data does`);
    }
    done += bytesRead;
  }
  return buffer;
}
