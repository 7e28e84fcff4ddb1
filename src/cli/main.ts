import './nodeVersion';
import { errorMessage, isCancellation, ShorthandError } from '../common/errors';
import { openEngine } from '../engine/service/openEngine';
import type { Engine } from '../engine/service/engine';
import { askCommand } from './commands/ask';
import { benchCommand } from './commands/bench';
import { buildCommand } from './commands/build';
import { compressCommand } from './commands/compress';
import { evalCommand } from './commands/eval';
import { explainCommand } from './commands/explain';
import { memoryCommand } from './commands/memory';
import { modelsCommand } from './commands/models';
import { planCommand } from './commands/plan';
import { providersCommand } from './commands/providers';
import { searchCommand } from './commands/search';
import { exitCodeOf, exitCodes, type ExitCode } from './exitCodes';
import { engineFlags, parseCommandLine, type Flags } from './flags';
import { Terminal } from './terminal';
import { usage, UsageError } from './usage';

type EngineCommand = (engine: Engine, operands: readonly string[], flags: Flags, terminal: Terminal, signal: AbortSignal) => Promise<void>;

const engineCommands: ReadonlyMap<string, EngineCommand> = new Map([
  ['compress', compressCommand],
  ['ask', askCommand],
  ['plan', planCommand],
  ['search', searchCommand],
  ['explain', explainCommand],
  ['memory', memoryCommand],
  ['eval', evalCommand],
]);

async function run(args: readonly string[], signal: AbortSignal): Promise<ExitCode> {
  const { command, operands, flags } = parseCommandLine(args);
  if (flags.help === true || command === undefined) {
    process.stdout.write(usage);
    return flags.help === true ? exitCodes.ok : exitCodes.usage;
  }
  const terminal = new Terminal(flags.json === true);
  if (command === 'build') {
    await buildCommand(operands, flags, terminal, signal);
    return exitCodes.ok;
  }
  if (command === 'models') {
    await modelsCommand(operands, flags, terminal, signal);
    return exitCodes.ok;
  }
  if (command === 'providers') {
    await providersCommand(terminal);
    return exitCodes.ok;
  }
  if (command === 'bench') {
    await benchCommand(flags, terminal, signal);
    return exitCodes.ok;
  }
  const runCommand = engineCommands.get(command);
  if (runCommand === undefined) {
    throw new UsageError(`There is no command "${command}".`);
  }
  const engine = await openEngine(engineFlags(flags));
  try {
    await runCommand(engine, operands, flags, terminal, signal);
  } finally {
    engine.dispose();
  }
  // An answer that is interrupted while it is written is not an error: it is printed as far as it got.
  return signal.aborted ? exitCodes.cancelled : exitCodes.ok;
}

async function main(): Promise<void> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  // `shorthand ask ... | head` closes the pipe: nobody is left to read the rest.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.failed));
  try {
    process.exitCode = await run(process.argv.slice(2), interrupted.signal);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n\n${usage}`);
      process.exitCode = exitCodes.usage;
    } else if (isCancellation(error)) {
      process.stderr.write('Interrupted. What was done so far is kept.\n');
      process.exitCode = exitCodes.cancelled;
    } else {
      process.stderr.write(`shorthand: ${errorMessage(error)}\n`);
      process.exitCode = ShorthandError.is(error) ? exitCodeOf(error.code) : exitCodes.failed;
    }
  }
}

void main();
