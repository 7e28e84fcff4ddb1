import type { Engine } from '../../engine/service/engine';
import { AnswerOutput } from '../answerOutput';
import { contextFlags, samplingFlags, type Flags } from '../flags';
import type { Terminal } from '../terminal';
import { UsageError } from '../usage';

/** `shorthand ask <question>` */
export async function askCommand(engine: Engine, operands: readonly string[], flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const question = operands.join(' ').trim();
  if (question === '') {
    throw new UsageError('ask needs a question.');
  }
  const output = new AnswerOutput(terminal);
  const answer = await engine.ask(
    {
      question,
      history: [],
      ...contextFlags(flags),
      sampling: samplingFlags(flags),
    },
    { signal, progress: output.progress },
  );
  output.finish(answer);
}
