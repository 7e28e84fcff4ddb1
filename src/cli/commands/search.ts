import type { Engine } from '../../engine/service/engine';
import { numberFlag, workspaceFlags, type Flags } from '../flags';
import type { Terminal } from '../terminal';
import { UsageError } from '../usage';

/** `shorthand search <question>`: the stretches of the folder that match best. */
export async function searchCommand(engine: Engine, operands: readonly string[], flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const question = operands.join(' ').trim();
  if (question === '') {
    throw new UsageError('search needs a question.');
  }
  const limit = Math.floor(numberFlag('limit', flags.limit, 10, 1));
  const hits = await engine.search({ workspace: workspaceFlags(flags), question, limit }, { signal });
  terminal.result(hits);
  for (const { displayPath, firstLine, lastLine, score, text } of hits) {
    terminal.line(`${displayPath}:${firstLine}-${lastLine} (${score.toFixed(2)})`);
    terminal.line(text);
  }
  if (hits.length === 0) {
    terminal.line('Nothing matches.');
  }
}
