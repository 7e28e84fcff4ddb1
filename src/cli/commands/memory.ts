import type { FileMemory } from '../../common/workspace';
import type { Engine } from '../../engine/service/engine';
import { workspaceFlags, type Flags } from '../flags';
import { grouped, type Terminal } from '../terminal';

/** `shorthand memory [folder ...]`: what is in memory of each file. */
export async function memoryCommand(engine: Engine, operands: readonly string[], flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const { files, skipped } = await engine.files(workspaceFlags(flags, operands), { signal });
  const stats = engine.memory();
  terminal.result({ files, skipped, stats });
  files.forEach(file => terminal.line(fileLine(file)));
  for (const { path, reason, detail } of skipped) {
    terminal.line(`skipped ${path}: ${reason}${detail === '' ? '' : ` (${detail})`}`);
  }
  if (engine.info.compressor === 'none') {
    terminal.line('The model has no compressor: files are read as text.');
  }
  const compressed = files.filter(file => file.state === 'compressed').length;
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  terminal.line(`${grouped(compressed)} of ${grouped(files.length)} files compressed; the store holds ${megabytes(stats.bytes)} of ${megabytes(stats.budgetBytes)} MB.`);
}

function fileLine({ displayPath, state, tokens, slots, ratio, slotBytes, pinned, fidelity }: FileMemory): string {
  const kept = fidelity === undefined ? '' : `, ${(100 * fidelity).toFixed(1)} % of its information`;
  return `${state.padEnd(10)} ${displayPath}: ${grouped(tokens)} tokens, ${grouped(slots)} slots at ${ratio}x, ${grouped(slotBytes)} bytes${kept}${pinned ? ', pinned' : ''}`;
}
