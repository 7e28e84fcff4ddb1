import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ExternalSpan } from './graph';

/** Every tensor starts at a multiple of a cache line, the widest vector load. */
const alignment = 64;

/** The `.onnx.data` file beside a graph: space is handed out first, bytes are written in any order. */
export class ExternalData {
  readonly #location: string;
  #end = 0;

  private constructor(
    file: string,
    private readonly handle: FileHandle,
  ) {
    this.#location = basename(file);
  }

  static async create(file: string): Promise<ExternalData> {
    return new ExternalData(file, await open(file, 'wx'));
  }

  reserve(length: number): ExternalSpan {
    const offset = Math.ceil(this.#end / alignment) * alignment;
    this.#end = offset + length;
    return { location: this.#location, offset, length };
  }

  /** Writes `bytes` at `at` bytes from the start of `span`. */
  async write(span: ExternalSpan, at: number, bytes: NodeJS.ArrayBufferView): Promise<void> {
    let done = 0;
    while (done < bytes.byteLength) {
      const { bytesWritten } = await this.handle.write(bytes, done, bytes.byteLength - done, span.offset + at + done);
      done += bytesWritten;
    }
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}
