import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ExternalSpan } from './graph';

/** Every tensor starts at a multiple of a cache line, the widest vector load. */
const alignment = 64;

/** The `.onnx.data` file beside a graph: space is handed out first, bytes are written in any order. */
export interface WeightData {
  reserve(length: number): ExternalSpan;
  /** True where a span needs no bytes. */
  isWritten(span: ExternalSpan): boolean;
  /** Writes `bytes` at `at` bytes from the start of `span`. */
  write(span: ExternalSpan, at: number, bytes: NodeJS.ArrayBufferView): Promise<void>;
  /** To be called when all that was reserved is written. */
  settle(): Promise<void>;
}

/** How a file that grows in order can be gone on with after an interruption. */
export interface Resumption {
  /** Bytes from the file's start that an earlier run has written for good. */
  readonly from: number;
  /** Bytes between two marks that a later run can go on from; each mark costs a wait for the disk. */
  readonly every: number;
  /** Remembers that so many bytes are on the disk. */
  readonly save: (bytes: number) => Promise<void>;
}

/** Hands out space as `ExternalData` does, and writes nothing: how large a file will be. */
export class MeasuredData implements WeightData {
  readonly #location: string;
  #end = 0;

  constructor(file: string) {
    this.#location = basename(file);
  }

  /** Bytes of the file. */
  get bytes(): number {
    return this.#end;
  }

  reserve(length: number): ExternalSpan {
    const offset = Math.ceil(this.#end / alignment) * alignment;
    this.#end = offset + length;
    return { location: this.#location, offset, length };
  }

  isWritten(): boolean {
    return true;
  }

  write(): Promise<void> {
    return Promise.resolve();
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }
}

/** Weights that go to a file. */
export class ExternalData implements WeightData {
  readonly #layout: MeasuredData;
  #marked: number;

  private constructor(
    file: string,
    private readonly handle: FileHandle,
    private readonly resumption: Resumption | undefined,
  ) {
    this.#layout = new MeasuredData(file);
    this.#marked = resumption?.from ?? 0;
  }

  /** Begins a file, or goes on with one. */
  static async create(file: string, resumption?: Resumption): Promise<ExternalData> {
    const from = resumption?.from ?? 0;
    const handle = await open(file, from === 0 ? 'w' : 'r+');
    await handle.truncate(from);
    return new ExternalData(file, handle, resumption);
  }

  reserve(length: number): ExternalSpan {
    return this.#layout.reserve(length);
  }

  isWritten({ offset, length }: ExternalSpan): boolean {
    return offset + length <= (this.resumption?.from ?? 0);
  }

  async write(span: ExternalSpan, at: number, bytes: NodeJS.ArrayBufferView): Promise<void> {
    let done = 0;
    while (done < bytes.byteLength) {
      const { bytesWritten } = await this.handle.write(bytes, done, bytes.byteLength - done, span.offset + at + done);
      done += bytesWritten;
    }
  }

  async settle(): Promise<void> {
    if (this.resumption !== undefined && this.#layout.bytes - this.#marked >= this.resumption.every) {
      await this.handle.datasync();
      this.#marked = this.#layout.bytes;
      await this.resumption.save(this.#marked);
    }
  }

  /** To be called once everything is written: a journal may then say so. */
  async finish(): Promise<void> {
    await this.handle.datasync();
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}
