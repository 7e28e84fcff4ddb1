import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { benchTables } from '../bench/benchTables';
import { runBench } from '../bench/runBench';
import { engineFlags, rootFlags, type Flags } from '../flags';
import type { Terminal } from '../terminal';

/** `shorthand bench`, in a slot store of its own that is removed afterwards. */
export async function benchCommand(flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'shorthand-bench-'));
  try {
    const report = await runBench({
      engine: { ...engineFlags(flags), storeFile: join(folder, 'slots.db') },
      roots: rootFlags(flags),
      quick: flags.quick === true,
      signal,
      note: step => terminal.progress(step),
    });
    if (flags.output !== undefined) {
      const output = resolve(flags.output);
      await mkdir(dirname(output), { recursive: true });
      await writeFile(output, `${JSON.stringify(report, undefined, 2)}\n`);
    }
    terminal.result(report);
    terminal.line(benchTables(report));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
