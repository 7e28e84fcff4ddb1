import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { enclosingBlock } from '../../common/enclosingBlock';
import { ShorthandError } from '../../common/errors';
import type { Engine } from '../../engine/service/engine';
import { AnswerOutput } from '../answerOutput';
import { samplingFlags, workspaceFlags, type Flags } from '../flags';
import type { Terminal } from '../terminal';
import { UsageError } from '../usage';

const declarationWord = /\b(?:function|class|interface|type|enum|const|let|var|def|fn|func|struct|trait|impl|module|namespace)\b/;

/** The line that declares a symbol: one that names it after a declaration word, else the first that names it at all. */
function declarationLine(lines: readonly string[], symbol: string): number | undefined {
  const word = new RegExp(`(?<![\\w$])${symbol.replace(/[$^.*+?()[\]{}|\\]/g, '\\$&')}(?![\\w$])`);
  const declared = lines.findIndex(line => word.test(line) && declarationWord.test(line.slice(0, line.search(word))));
  const index = declared >= 0 ? declared : lines.findIndex(line => word.test(line));
  return index < 0 ? undefined : index + 1;
}

/** `shorthand explain <file> <symbol>` */
export async function explainCommand(engine: Engine, operands: readonly string[], flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const [file, symbol] = operands;
  if (file === undefined || symbol === undefined || operands.length > 2) {
    throw new UsageError('explain needs a file and a symbol.');
  }
  const path = resolve(file);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ShorthandError('file-unreadable', `${file} can't be read.`, { cause: error });
  });
  const lines = text.split(/\r\n|\n|\r/);
  const line = declarationLine(lines, symbol);
  if (line === undefined) {
    throw new ShorthandError('nothing-to-read', `${file} does not mention ${symbol}.`);
  }
  const output = new AnswerOutput(terminal);
  const answer = await engine.explain(
    {
      workspace: workspaceFlags(flags),
      file: { path },
      symbol,
      ...enclosingBlock(lines, line),
      sampling: samplingFlags(flags),
    },
    { signal, progress: output.progress },
  );
  output.finish(answer);
}
