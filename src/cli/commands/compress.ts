import { ShorthandError } from '../../common/errors';
import type { Engine } from '../../engine/service/engine';
import { workspaceFlags, type Flags } from '../flags';
import { grouped, seconds, type Terminal } from '../terminal';

/** `shorthand compress [folder ...]` */
export async function compressCommand(engine: Engine, operands: readonly string[], flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const report = await engine.compress(
    { workspace: workspaceFlags(flags, operands) },
    {
      signal,
      progress: state => terminal.progress(`${state.phase} ${state.filesDone}/${state.filesTotal} files, ${grouped(state.tokens)} tokens, ${grouped(state.slots)} slots`),
    },
  );
  terminal.result(report);
  for (const { path, reason, detail } of report.skipped) {
    terminal.line(`skipped ${path}: ${reason}${detail === '' ? '' : ` (${detail})`}`);
  }
  if (report.files === 0) {
    throw new ShorthandError('nothing-to-read', 'There is no file to compress.');
  }
  const reduction = report.slots > 0 ? (report.tokens / report.slots).toFixed(1) : '0';
  terminal.line(`${grouped(report.files)} files, ${grouped(report.tokens)} tokens -> ${grouped(report.slots)} slots (${reduction}x) in ${seconds(report.milliseconds)}`);
  terminal.line(
    report.windowsEncoded === 0
      ? 'Everything was known: nothing was encoded.'
      : `${grouped(report.windowsEncoded)} windows encoded, ${grouped(report.windowsReused)} reused.`,
  );
}
