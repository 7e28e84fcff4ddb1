import type { RowBlock, TensorStore } from './tensorStore';

/** Where the graphs get their weights: by the names that they use, whatever the checkpoint calls them. */
export type TensorSource = Pick<TensorStore, 'folder' | 'vector' | 'rowBlocks' | 'requireMatrix' | 'has' | 'unread' | 'close'>;

/** A checkpoint under other names. Several views of one store may exist; closing one closes them all. */
export class RenamedTensors implements TensorSource {
  readonly folder: string;

  /** @param nameOf what the checkpoint calls a tensor of the graphs */
  constructor(
    private readonly store: TensorSource,
    private readonly nameOf: (name: string) => string,
  ) {
    this.folder = store.folder;
  }

  vector(name: string, length: number, first?: number): Promise<Float32Array<ArrayBuffer>> {
    return this.store.vector(this.nameOf(name), length, first);
  }

  rowBlocks(name: string, rows: number, columns: number, skipped?: number): AsyncGenerator<RowBlock> {
    return this.store.rowBlocks(this.nameOf(name), rows, columns, skipped);
  }

  requireMatrix(name: string, rows: number, columns: number, skipped?: number): void {
    this.store.requireMatrix(this.nameOf(name), rows, columns, skipped);
  }

  has(name: string): boolean {
    return this.store.has(this.nameOf(name));
  }

  unread(): readonly string[] {
    return this.store.unread();
  }

  close(): Promise<void> {
    return this.store.close();
  }
}
