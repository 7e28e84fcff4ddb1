import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { bundleFileSchema, type BundleFile } from '../../common/bundle';

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const journalSchema = v.object({
  /** Of the sources and options: what is written belongs to them alone. */
  key: v.string(),
  complete: v.array(bundleFileSchema),
  /** A file that is being written, and how much of it is on the disk for good. */
  growing: v.optional(v.object({ path: v.string(), bytes: size })),
});

type JournalState = v.InferOutput<typeof journalSchema>;

const fileName = 'journal.json';

/** What an unfinished bundle's folder holds: a build that was interrupted, or killed, goes on from here. */
export class Journal {
  private constructor(
    readonly folder: string,
    private state: JournalState,
  ) {}

  /** Goes on with `folder` where a build with the same key left it; empties it otherwise. */
  static async open(folder: string, key: string): Promise<Journal> {
    const found = v.safeParse(v.pipe(v.string(), v.parseJson(), journalSchema), await readFile(join(folder, fileName), 'utf8').catch(() => undefined));
    if (found.success && found.output.key === key) {
      return new Journal(folder, await trusted(folder, found.output));
    }
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    return new Journal(folder, { key, complete: [] });
  }

  /** A file that is finished; undefined while it is not. */
  complete(path: string): BundleFile | undefined {
    return this.state.complete.find(file => file.path === path);
  }

  /** Bytes of a file that need not be written again. */
  written(path: string): number {
    return this.complete(path)?.bytes ?? (this.state.growing?.path === path ? this.state.growing.bytes : 0);
  }

  async noteGrowth(path: string, bytes: number): Promise<void> {
    await this.#save({ ...this.state, growing: { path, bytes } });
  }

  async noteComplete(files: readonly BundleFile[]): Promise<void> {
    await this.#save({ key: this.state.key, complete: [...this.state.complete, ...files] });
  }

  /** Deletes the journal itself: the folder is a bundle's then. */
  async close(): Promise<void> {
    await rm(join(this.folder, fileName), { force: true });
  }

  /** Replaces the file as a whole, so that no half of one is ever read. */
  async #save(state: JournalState): Promise<void> {
    const file = join(this.folder, fileName);
    await writeFile(`${file}.new`, JSON.stringify(state));
    await rename(`${file}.new`, file);
    this.state = state;
  }
}

/** Files that are not as long as they were noted don't count. */
async function trusted(folder: string, { key, complete, growing }: JournalState): Promise<JournalState> {
  const lengthOf = async (path: string): Promise<number> => stat(join(folder, path)).then(({ size: bytes }) => bytes, () => -1);
  const lengths = await Promise.all(complete.map(({ path }) => lengthOf(path)));
  const kept = growing !== undefined && (await lengthOf(growing.path)) >= growing.bytes ? { growing } : {};
  return { key, complete: complete.filter(({ bytes }, i) => lengths[i] === bytes), ...kept };
}
