import type { Engine } from '../../engine/service/engine';
import { printContext } from '../contextOutput';
import { contextFlags, samplingFlags, type Flags } from '../flags';
import { grouped, type Terminal } from '../terminal';
import { UsageError } from '../usage';

/** `shorthand plan <question>`: what an answer would read. */
export async function planCommand(engine: Engine, operands: readonly string[], flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const question = operands.join(' ').trim();
  if (question === '') {
    throw new UsageError('plan needs a question.');
  }
  const { maxTokens } = samplingFlags(flags);
  const report = await engine.plan({ question, history: [], ...contextFlags(flags), maxTokens }, { signal });
  terminal.result(report);
  printContext(report, 'would read', terminal);
  terminal.line(`${grouped(report.promptPositions)} of ${grouped(report.budget)} positions, ${grouped(report.answerPositions)} kept for the answer`);
}
